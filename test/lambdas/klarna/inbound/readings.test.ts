import { describe, expect, test } from 'vitest';
import type { Order } from '../../../../lambdas/klarna/client/answers.ts';
import { doubtAbout, orderMeaning, orderReport } from '../../../../lambdas/klarna/inbound/readings.ts';
import { apply } from '../../../../lambdas/payment/apply.ts';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import { openPayment } from '../../../../lambdas/payment/record.ts';
import { paymentIdOf } from '../../../support/builders/reports.ts';

const at = '2026-11-22T10:00:00.000Z';
const asking = { startedAt: at, observedAt: at };
const order = (more: Partial<Order> = {}): Order => ({
  order_id: 'order',
  status: 'AUTHORIZED',
  fraud_status: 'ACCEPTED',
  order_amount: 1000,
  original_order_amount: 1000,
  captured_amount: 0,
  refunded_amount: 0,
  remaining_authorized_amount: 1000,
  purchase_currency: 'EUR',
  created_at: at,
  expires_at: undefined,
  klarna_reference: undefined,
  merchant_reference1: undefined,
  merchant_reference2: 'mine',
  captures: [],
  refunds: [],
  ...more,
});
const request: Payment['request'] = { flow: 'authorize', amount: 1000, currency: 'EUR', fingerprint: 'f' };
const payment: Payment = { ...openPayment(paymentIdOf('mine'), at), request };

describe('two readings of an order in one millisecond', () => {
  const idOf = (more?: Partial<Order>) => orderReport(payment, order(more), asking).id;

  test('are one telling when they say the same', () => expect(idOf()).toBe(idOf()));

  test('are two when they differ, as before and after a capture', () =>
    expect(idOf({ captured_amount: 400 })).not.toBe(idOf()));
});

describe('what an order says', () => {
  test.each([
    [{}, 'SUCCESS', 'ordered'],
    [{ fraud_status: 'PENDING' }, 'PENDING', 'pending'],
    [{ fraud_status: 'REJECTED', status: 'CAPTURED', captured_amount: 1000 }, 'REJECTED', 'captured'],
    [{ fraud_status: 'REJECTED' }, 'REJECTED', 'rejected'],
    [{ fraud_status: 'PENDING', status: 'CANCELLED' }, 'CANCELLED', 'cancelled'],
    [{ fraud_status: 'PENDING', status: 'EXPIRED' }, 'EXPIRED', 'expired'],
    [{ status: 'CANCELLED' }, 'CANCELLED', 'cancelled'],
    [{ status: 'EXPIRED' }, 'EXPIRED', 'expired'],
    [{ status: 'EXPIRED', captured_amount: 400 }, 'SUCCESS', 'captured'],
    [{ status: 'PART_CAPTURED', captured_amount: 400, refunded_amount: 400 }, 'SUCCESS', 'part_captured'],
    [{ status: 'CAPTURED', captured_amount: 1000 }, 'SUCCESS', 'captured'],
    [{ status: 'CAPTURED', captured_amount: 1000, refunded_amount: 1 }, 'SUCCESS', 'part_refunded'],
    [{ status: 'CLOSED', captured_amount: 1000, refunded_amount: 1000 }, 'SUCCESS', 'refunded'],
    [{ status: 'CLOSED' }, 'SUCCESS', undefined],
    [{ status: 'TOMORROWS_WORD' }, 'SUCCESS', undefined],
  ])('%j is %s and %s', (more, pspStatus, stage) => {
    const says = orderMeaning(order(more));
    expect([says.pspStatus, says.meaning.stage]).toEqual([pspStatus, stage]);
  });
});

describe('an order is not ours to believe', () => {
  test.each([
    [{ merchant_reference2: 'another' }, 'merchant_reference2'],
    [{ purchase_currency: 'SEK' }, 'purchase_currency'],
    [{ original_order_amount: 999 }, 'order_amount'],
  ])('with %j', (more, field) => expect(doubtAbout(payment, order(more))).toBe(field));

  test('but for its amount it is, where the merchant raised or lowered it since', () =>
    expect(doubtAbout(payment, order({ order_amount: 900 }))).toBeUndefined());

  test('but for its references it is, where the merchant changed them after it was read once', () => {
    const [known] = apply(payment, orderReport(payment, order(), asking));
    expect(doubtAbout(known, order({ merchant_reference2: 'another' }))).toBeUndefined();
    expect(doubtAbout(known, order({ purchase_currency: 'SEK' }))).toBe('purchase_currency');
  });

  test('and one of a shop whose own backend made it is believed', () =>
    expect(doubtAbout({ ...payment, request: undefined }, order({ merchant_reference2: 'x' }))).toBeUndefined());
});
