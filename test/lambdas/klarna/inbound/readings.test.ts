import { describe, expect, test } from 'vitest';
import type { KlarnaOrder } from '../../../../lambdas/klarna/client/answers.ts';
import { doubtAbout, orderMeaning, orderReport } from '../../../../lambdas/klarna/inbound/readings.ts';
import { applyReport } from '../../../../lambdas/payment/apply.ts';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import { openPayment } from '../../../../lambdas/payment/record.ts';
import { paymentIdOf } from '../../../support/builders/reports.ts';

const at = '2026-11-22T10:00:00.000Z';
const times = { version: 1, startedAt: at, observedAt: at };
const order = (more: Partial<KlarnaOrder> = {}): KlarnaOrder => ({
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

describe('two reads of an order in one millisecond', () => {
  const idOf = (more?: Partial<KlarnaOrder>) => orderReport(payment, order(more), times).id;

  test('are one report if they are equal', () => expect(idOf()).toBe(idOf()));

  test('are two reports if they differ, as before and after a capture', () =>
    expect(idOf({ captured_amount: 400 })).not.toBe(idOf()));
});

describe('the meaning of an order', () => {
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
  ])('with %j is %s and %s', (more, pspStatus, stage) => {
    const { pspStatus: word, meaning } = orderMeaning(order(more));
    expect([word, meaning.stage]).toEqual([pspStatus, stage]);
  });
});

describe('an order of another payment', () => {
  test.each([
    [{ merchant_reference2: 'another' }, 'merchant_reference2'],
    [{ purchase_currency: 'SEK' }, 'purchase_currency'],
    [{ original_order_amount: 999 }, 'order_amount'],
  ])('is recognised by %j', (more, field) => expect(doubtAbout(payment, order(more))).toBe(field));

  test('is not assumed if the merchant changed the amount after the order was placed', () =>
    expect(doubtAbout(payment, order({ order_amount: 900 }))).toBeUndefined());

  test('is not assumed if the merchant changed the references after the first read', () => {
    const [known] = applyReport(payment, orderReport(payment, order(), times));
    expect(doubtAbout(known, order({ merchant_reference2: 'another' }))).toBeUndefined();
    expect(doubtAbout(known, order({ purchase_currency: 'SEK' }))).toBe('purchase_currency');
  });

  test('is not assumed if another backend created the session', () =>
    expect(doubtAbout({ ...payment, request: undefined }, order({ merchant_reference2: 'x' }))).toBeUndefined());
});
