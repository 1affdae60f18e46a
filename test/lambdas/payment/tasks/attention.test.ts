import { expect, test } from 'vitest';
import type { Attention } from '../../../../lambdas/payment/change.ts';
import { limits } from '../../../../lambdas/payment/limits.ts';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import type { Report } from '../../../../lambdas/payment/report.ts';
import { pendingWarnings, withWarnings } from '../../../../lambdas/payment/tasks/attention.ts';
import { paymentAfter } from '../../../support/builders/payments.ts';
import {
  applyTo,
  minute,
  minuteOf,
  orderRead,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../../support/builders/reports.ts';

const hour = 60;
const day = 24 * hour;
const given = (payment: Payment): Attention[] =>
  payment.changes.flatMap(({ attention }) => (attention ? [attention] : []));
const due = (payment: Payment) =>
  pendingWarnings(payment).map(({ at, attention }) => `${attention.reason} at ${minuteOf(at)}`);

const authorized = paymentAfter('authorize', stageReport('authorized', 5));
const until = (at: number, deadline: number): Report => ({
  ...orderRead('ordered', at, { order_id: 'o' }, { expires_at: minute(deadline) }),
  id: `until ${deadline}`,
});

test('a warning is the next change of its payment and moves neither stage nor session', () => {
  const warned = withWarnings(authorized, minute(999));
  expect(warned).toEqual({ ...authorized, changes: [...authorized.changes, warned.changes.at(-1)] });
  expect(warned.changes.at(-1)).toEqual({
    id: 'order-1.0.2',
    incarnation: '0',
    paymentId: 'order-1',
    sequence: 2,
    stage: { from: 'authorized', to: 'authorized' },
    pspStatus: 'WAITING',
    state: 'WAITING',
    code: 'SUCCEEDED',
    final: false,
    at: minute(999),
    observedAt: minute(999),
    observedVia: 'clock',
    verifiedBy: 'clock',
    attention: { reason: 'stuck', since: minute(6) },
  });
});

test('a warning is not given before its time', () => {
  expect(withWarnings(authorized, minute(2 * hour + 5))).toBe(authorized);
  expect(withWarnings(authorized, minute(2 * hour + 6))).not.toBe(authorized);
});

test('a warning that was due later waits: a task may still make it void', () => {
  const warned = withWarnings(paymentAfter('authorize', until(9, 28 * day)), minute(99 * day), minute(25 * day));
  expect(given(warned).map(({ reason }) => reason)).toEqual(['capture_deadline']);
  expect(warned.changes.at(-1)?.at).toBe(minute(99 * day));
});

test('two warnings that are due at the same time get consecutive sequences', () => {
  const two = withWarnings(paymentAfter('charge', stageReport('authorized', 5, tokenFacts('a', 5))), minute(999));
  expect(two.changes.slice(1).map(({ sequence, attention }) => `${sequence} ${attention?.reason}`)).toEqual([
    '2 authorization_expiring',
    '3 stuck',
  ]);
});

test('a payment that is stuck in another stage warns again', () => {
  const warned = withWarnings(authorized, minute(2 * hour + 6));
  expect(given(warned)).toHaveLength(1);
  expect(due(applyTo(warned, orderRead('pending', 200, { order_id: 'o' })))).toEqual([`stuck at ${25 * hour + 201}`]);
});

test('an order whose deadline moved warns again', () => {
  const warned = withWarnings(paymentAfter('authorize', until(9, 3 * day)), minute(10));
  expect(given(warned)).toEqual([{ reason: 'capture_deadline', deadline: minute(3 * day) }]);
  expect(due(applyTo(warned, until(11, 28 * day)))).toContain(`capture_deadline at ${25 * day}`);
});

test('an authorization warns once, even if it is dated anew, and another one warns itself', () => {
  const token = (name: string, at: number): Report => ({
    ...stageReport('authorized', at, tokenFacts(name, at)),
    id: `${name}${at}`,
  });
  const warned = withWarnings(paymentAfter(undefined, token('a', 5)), minute(50));
  expect(given(warned)).toEqual([{ reason: 'authorization_expiring', deadline: minute(65), authorization: 'a' }]);
  expect(withWarnings(warned, minute(59))).toBe(warned);
  const dated = applyTo(warned, token('a', 1));
  expect(dated.facts.authorizations?.[0]?.at).toBe(minute(1));
  expect(withWarnings(dated, minute(59))).toBe(dated);
  expect(given(withWarnings(applyTo(dated, token('b', 70)), minute(999)))).toHaveLength(2);
});

test('an order that two conflicts name warns once', () => {
  const foreign: Report = { ...orderRead('ordered', 9, { order_id: 'other' }), doubt: 'merchant_reference2' };
  const cancelled = sessionUpdate('CANCELLED', 5);
  const payment = paymentAfter('authorize', cancelled, foreign, { ...foreign, id: 'again', doubt: 'order_amount' });
  expect(payment.conflicts).toHaveLength(2);
  expect(given(withWarnings(payment, minute(99)))).toHaveLength(1);
});

test('warnings take no room from the words of the session', () => {
  const restless = Array.from({ length: 46 }, (_, n) => sessionUpdate(n % 2 ? 'FAILED' : 'IN_PROGRESS', n));
  const warned = withWarnings(paymentAfter('authorize'), minute(999 * hour));
  expect(given(warned)).toHaveLength(1);
  const after = applyTo(warned, ...restless);
  expect(after.changes.filter(({ attention }) => !attention)).toHaveLength(limits.changes);
});

test('a payment gives twenty warnings at most', () => {
  let held = paymentAfter(undefined, stageReport('authorized', 5));
  for (let n = 0; n < 30; n++) {
    held = applyTo(held, { ...stageReport('authorized', 100 * n, tokenFacts(`t${n}`, 100 * n)), id: `t${n}` });
    held = withWarnings(held, minute(100 * n + 59));
  }
  expect(given(held)).toHaveLength(limits.warnings);
  expect(held.changes.map(({ sequence }) => sequence)).toEqual(held.changes.map((_, n) => n + 1));
});
