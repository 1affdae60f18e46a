import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../lambdas/payment/apply.ts';
import { claim, claimFirst, isSucceeded, resume } from '../../../lambdas/payment/claims.ts';
import { limits } from '../../../lambdas/payment/limits.ts';
import type { Operation } from '../../../lambdas/payment/operation.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { openPayment } from '../../../lambdas/payment/record.ts';
import {
  applyAll,
  applyTo,
  minute,
  operationResult,
  orderRead,
  paymentIdOf,
  sessionUpdate,
} from '../../support/builders/reports.ts';

const capture: Operation = {
  id: 'op-1',
  kind: 'capture',
  amount: 400,
  currency: 'EUR',
  fingerprint: 'f',
  askedAt: minute(3),
};
const order: Operation = { id: 'op-2', kind: 'order', fingerprint: 'token a', askedAt: minute(3) };
const ordered = applyAll(sessionUpdate('COMPLETED', 1), orderRead('ordered', 2, { order_id: 'o' })).payment;
const claimed = (payment: Payment, ...operations: Operation[]) =>
  operations.reduce((before, operation) => claim(before, operation)[0], payment);

describe('a claim', () => {
  test('stores the operation, which is then ours to send', () => {
    const [payment, outcome] = claim(ordered, capture);
    expect(outcome).toBe('claimed');
    expect(payment.operations).toEqual([capture]);
  });

  test('of the same request again is under way and changes nothing', () => {
    const payment = claimed(ordered, capture);
    expect(claim(payment, { ...capture, askedAt: minute(9) })).toEqual([payment, 'under_way']);
    expect(claim(payment, capture)[0]).toBe(payment);
  });

  test('of another request under the same id is different, answered or not', () => {
    const payment = claimed(ordered, capture);
    expect(claim(payment, { ...capture, fingerprint: 'g' })).toEqual([payment, 'different']);
    const [after] = applyReport(payment, operationResult(capture, 'SUCCESS', 4));
    expect(claim(after, { ...capture, fingerprint: 'g' })[1]).toBe('different');
  });

  test('of an answered operation is answered', () => {
    const [payment] = applyReport(claimed(ordered, capture), operationResult(capture, 'SUCCESS', 4));
    expect(claim(payment, capture)).toEqual([payment, 'answered']);
  });

  test('of a second order waits until the first is answered', () => {
    const payment = claimed(ordered, order);
    const another = { ...order, id: 'op-3', fingerprint: 'token b' };
    expect(claim(payment, another)).toEqual([payment, 'under_way']);
    expect(claim(applyReport(payment, operationResult(order, 'SUCCESS', 4))[0], another)[1]).toBe('claimed');
  });

  test('of a capture does not wait for an order', () => {
    expect(claim(claimed(ordered, order), capture)[1]).toBe('claimed');
    expect(claim(claimed(ordered, capture), order)[1]).toBe('claimed');
  });

  test('of one more operation than fit is refused; a refusal that a success replaced counts twice', () => {
    const many = Array.from({ length: limits.operations }, (_, n) => ({ ...capture, id: `op ${n}` }));
    const payment = claimed(ordered, ...many.slice(1));
    expect(claim(payment, { ...capture, id: 'another' })[1]).toBe('claimed');
    expect(claim(claimed(ordered, ...many), { ...capture, id: 'another' })[1]).toBe('full');
    const answers = [operationResult(capture, 'CAPTURE_NOT_ALLOWED', 4), operationResult(capture, 'SUCCESS', 5)];
    const executed = applyTo(claimed(ordered, capture), ...answers);
    expect(claim(claimed(executed, ...many.slice(3)), { ...capture, id: 'another' })[1]).toBe('claimed');
    expect(claim(claimed(executed, ...many.slice(2)), { ...capture, id: 'another' })[1]).toBe('full');
  });
});

describe("Klarna's answer", () => {
  const [payment, outcome] = applyReport(
    claimed(ordered, capture, order),
    operationResult({ ...capture, capture_id: 'c' }, 'SUCCESS', 4),
  );

  test('is one change that names the operation and moves no stage', () => {
    expect(outcome).toBe('advanced');
    expect(payment.changes.at(-1)).toMatchObject({
      sequence: 3,
      stage: { from: 'ordered', to: 'ordered' },
      pspStatus: 'SUCCESS',
      operation: { id: 'op-1', kind: 'capture', amount: 400, capture_id: 'c' },
    });
  });

  test('is kept with its operation, and when it arrived', () => {
    expect(payment.operations).toEqual([
      {
        ...capture,
        capture_id: 'c',
        result: { pspStatus: 'SUCCESS', state: 'SUCCESS', code: 'SUCCEEDED', at: minute(5) },
      },
      order,
    ]);
  });

  test('counts once, even if it is repeated after its report was forgotten', () => {
    const later = { ...operationResult(capture, 'CAPTURE_NOT_ALLOWED', 9), id: 'another' };
    expect(applyReport({ ...payment, recentReports: [] }, later)).toEqual([
      { ...payment, recentReports: [] },
      'duplicate',
    ]);
  });

  test('to an unknown operation is kept as well', () => {
    const [after] = applyReport(ordered, operationResult({ id: 'op-1', kind: 'capture' }, 'CAPTURE_NOT_ALLOWED', 4));
    expect(after.operations).toMatchObject([
      { id: 'op-1', fingerprint: '', askedAt: minute(5), result: { state: 'ERROR' } },
    ]);
  });

  test('tells whether it was executed; without one nobody knows', () => {
    expect(payment.operations.map(isSucceeded)).toEqual([true, false]);
  });

  test('is published even if the history is full', () => {
    const restless = Array.from({ length: 60 }, (_, n) => sessionUpdate(n % 2 ? 'FAILED' : 'IN_PROGRESS', n));
    const full = applyAll(...restless).payment;
    expect(applyReport(full, operationResult(capture, 'SUCCESS', 99))[0].changes).toHaveLength(limits.changes + 1);
  });

  test('takes no room from the words of the session', () => {
    const many = Array.from({ length: 50 }, (_, n) => operationResult({ ...capture, id: `${n}` }, 'SUCCESS', n));
    const { outcomes } = applyAll(...many, sessionUpdate('IN_PROGRESS', 60), sessionUpdate('FAILED', 61));
    expect(outcomes.at(-1)).toBe('advanced');
  });
});

describe('an interrupted operation', () => {
  const open = claimed(ordered, capture, order);

  test('is resumed by the first process that found it, and by no other that found it at the same time', () => {
    const [resumed, outcome] = resume(open, { seen: capture, at: minute(9) });
    expect(outcome).toBe('resumed');
    expect(resumed.operations).toEqual([{ ...capture, resumedAt: minute(9) }, order]);
    expect(resume(resumed, { seen: capture, at: minute(9) })).toEqual([resumed, 'left']);
    expect(resume(open, { seen: order, at: minute(9) })[0].operations).toEqual([
      capture,
      { ...order, resumedAt: minute(9) },
    ]);
    expect(resume(resumed, { seen: { ...capture, resumedAt: minute(9) }, at: minute(20) })[1]).toBe('resumed');
  });

  test('is left alone if it was answered meanwhile or is unknown', () => {
    const answered = applyReport(open, operationResult({ id: capture.id, kind: 'capture' }, 'SUCCESS', 5))[0];
    expect(resume(answered, { seen: capture, at: minute(9) })).toEqual([answered, 'left']);
    expect(resume(ordered, { seen: capture, at: minute(9) })).toEqual([ordered, 'left']);
  });
});

describe('the claim that opens a payment', () => {
  const request = { flow: 'charge', amount: 400, currency: 'EUR', fingerprint: 'f' } as const;
  const unopened = { ...openPayment(paymentIdOf('order-1'), minute(0)), facts: { kp_session_id: 's' } };

  test('stores the request, the account and the customer token with the operation', () => {
    const opening = { request, account: 'se', customer_token_id: 'c' };
    expect(claimFirst(unopened, opening, order)).toEqual([
      {
        ...unopened,
        request,
        account: 'se',
        facts: { kp_session_id: 's', customer_token_id: 'c' },
        operations: [order],
      },
      'claimed',
    ]);
  });

  test('without a customer token leaves the facts', () => {
    expect(claimFirst(unopened, { request, account: 'se' }, order)[0].facts).toEqual({ kp_session_id: 's' });
  });

  test('of a payment that has its request changes neither request nor account', () => {
    const [opened] = claimFirst(unopened, { request, account: 'se' }, capture);
    const other = { request: { ...request, amount: 1 }, account: 'fi', customer_token_id: 'd' };
    expect(claimFirst(opened, other, order)).toEqual([{ ...opened, operations: [capture, order] }, 'claimed']);
  });
});
