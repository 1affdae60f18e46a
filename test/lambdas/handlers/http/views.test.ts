import { describe, expect, test } from 'vitest';
import { operationView, paymentView, statusView, tokenView } from '../../../../lambdas/handlers/http/views.ts';
import type { CustomerToken } from '../../../../lambdas/payment/customer-token.ts';
import type { Payment, PaymentRequest } from '../../../../lambdas/payment/payment.ts';
import { openPayment } from '../../../../lambdas/payment/record.ts';
import { stages } from '../../../../lambdas/payment/stages.ts';
import {
  applyAll,
  minute,
  orderRead,
  paymentIdOf,
  readHint,
  sessionUpdate,
  tokenFacts,
} from '../../../support/builders/reports.ts';

const id = paymentIdOf('order-1');
const request: PaymentRequest = { flow: 'tokenize', amount: 1000, currency: 'EUR', fingerprint: 'f' };

describe('a payment', () => {
  test('shows its state, its history and its next task, but neither token nor fingerprint', () => {
    const { payment } = applyAll(
      sessionUpdate('COMPLETED', 1, { ...tokenFacts('tell-no-one', 1), hpp_session_id: 'h' }),
      sessionUpdate('CANCELLED', 2),
      readHint('session', 3),
    );
    const view = paymentView({ ...payment, request: { ...request, flow: 'authorize' } });
    expect(view).toMatchObject({
      payment: 'order-1',
      flow: 'authorize',
      stage: 'authorized',
      session: { status: 'COMPLETED', final: true, at: minute(1) },
      money: { order_amount: 1000, currency: 'EUR' },
      references: { hpp_session_id: 'h' },
      changes: payment.changes,
      conflicts: [{ source: 'status_update', word: 'CANCELLED', at: minute(2), observed_at: minute(3) }],
      next_task: { kind: 'read session', due_at: minute(2) },
    });
    expect(JSON.stringify(view)).not.toMatch(/tell-no-one|fingerprint|sealed/);
  });

  test('shows the amounts of its order once that was read', () => {
    const { payment } = applyAll(orderRead('ordered', 1, { order_id: 'o' }));
    expect(paymentView(payment)).toMatchObject({ money: { order_amount: 1000, currency: 'EUR', status: 'ORDERED' } });
    expect(paymentView(payment).next_task).toMatchObject({ kind: 'read order' });
  });
});

describe('an operation', () => {
  const operation = { id: 'op', kind: 'capture', amount: 400, fingerprint: 'f', askedAt: minute(1) } as const;

  test('is WAITING while its result is unknown', () => {
    expect(operationView(operation)).toEqual({
      ...{ id: 'op', kind: 'capture', amount: 400, asked_at: minute(1) },
      ...{ psp_status: 'WAITING', state: 'WAITING', code: 'SUCCEEDED' },
    });
  });

  test('shows its result', () => {
    const result = { pspStatus: 'CAPTURE_NOT_ALLOWED', state: 'ERROR', code: 'FAILED', at: minute(2) } as const;
    expect(operationView({ ...operation, resumedAt: minute(2), result })).toEqual({
      ...{ id: 'op', kind: 'capture', amount: 400, asked_at: minute(1) },
      ...{ psp_status: 'CAPTURE_NOT_ALLOWED', state: 'ERROR', code: 'FAILED', at: minute(2) },
    });
  });
});

describe('the status for a return page', () => {
  const statusOf = (more: Partial<Payment>) => statusView({ ...openPayment(id, minute(0)), ...more });

  test('follows the stage', () => {
    expect(stages.map((stage) => `${stage} ${statusOf({ stage }).status}`)).toEqual([
      ...['created open', 'in_progress open', 'authorized authorized', 'pending pending', 'ordered paid'],
      ...['part_captured paid', 'captured paid', 'part_refunded paid', 'refunded paid'],
      ...['cancelled failed', 'rejected failed', 'expired failed', 'disabled failed'],
    ]);
  });

  test('is decided once the payment is paid or has failed', () => {
    const undecided = stages.filter((stage) => !statusOf({ stage }).decided);
    expect(undecided).toEqual(['created', 'in_progress', 'authorized', 'pending']);
  });

  test('is decided with the customer token, if that is all that the payment asked for', () => {
    const facts = { customer_token_id: 't' };
    const decided = (more: Partial<Payment>) => statusOf({ stage: 'authorized', ...more }).decided;
    expect(decided({ request, facts })).toBe(true);
    expect(decided({ request, facts: {} })).toBe(false);
    expect(decided({ request: { ...request, flow: 'buy_and_tokenize' }, facts })).toBe(false);
  });

  test('shows the word of the session and nothing else of the payment', () => {
    const session = { word: 'COMPLETED', at: minute(1), final: true };
    expect(statusOf({ stage: 'ordered', session })).toEqual({
      status: 'paid',
      stage: 'ordered',
      session: 'COMPLETED',
      decided: true,
    });
  });
});

test("a customer token shows our id and never Klarna's token", () => {
  const token: CustomerToken = {
    ...{ id: 't', account: 'default', customer: 'customer-7', payment: id, sealed: 'tell-no-one' },
    ...{ status: 'ACTIVE', country: 'DE', locale: 'de-DE', createdAt: minute(1) },
  };
  expect(tokenView(token)).toEqual({
    ...{ customer_token: 't', account: 'default', customer: 'customer-7', payment: id },
    ...{ status: 'ACTIVE', country: 'DE', locale: 'de-DE', created_at: minute(1) },
  });
});
