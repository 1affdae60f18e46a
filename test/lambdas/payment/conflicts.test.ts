import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../lambdas/payment/apply.ts';
import { impliesOrder } from '../../../lambdas/payment/conflicts.ts';
import { limits } from '../../../lambdas/payment/limits.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import { claimed } from '../../support/builders/payments.ts';
import {
  applyAll,
  applyTo,
  minute,
  operationResult,
  orderRead,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';

const cancelled = sessionUpdate('CANCELLED', 1);
const ordered = orderRead('ordered', 1, { order_id: 'own' });
const secondOrder = (n: number) => orderRead('ordered', n, { order_id: `second ${n}` });
const unidentified: Report = { ...stageReport('authorized', 3), id: 'unidentified', doubt: 'order_id' };
const ordersOf = ({ conflicts }: Payment) => conflicts.map(({ facts }) => facts.order_id);

describe('a conflict', () => {
  test('of two final words leaves the first, and the second is kept but not applied', () => {
    const second = sessionUpdate('CANCELLED', 2, { order_id: 'o' });
    const { payment, outcomes } = applyAll(sessionUpdate('COMPLETED', 1), second);
    expect(outcomes).toEqual(['advanced', 'conflict']);
    expect(payment).toMatchObject({ stage: 'authorized', session: { word: 'COMPLETED' }, conflicts: [second] });
    expect(payment.facts).toEqual({});
    expect(payment.changes).toHaveLength(1);
  });

  test('of a stage that is unreachable leaves the held one', () => {
    const { payment, outcomes } = applyAll(stageReport('captured', 1), stageReport('cancelled', 2));
    expect(outcomes).toEqual(['advanced', 'conflict']);
    expect(payment.stage).toBe('captured');
  });

  test('of a second order leaves the first, even if the second would move the payment on', () => {
    const { payment, outcomes } = applyAll(ordered, orderRead('captured', 2, { order_id: 'b' }));
    expect(outcomes).toEqual(['advanced', 'conflict']);
    expect(payment).toMatchObject({ stage: 'ordered', facts: { order_id: 'own' }, order: { status: 'ORDERED' } });
  });

  test('of our own order keeps what Klarna shows of it, and moves no stage', () => {
    const captured = orderRead('captured', 2, { order_id: 'own' }, { captured_amount: 400 });
    const { payment, outcomes } = applyAll(orderRead('cancelled', 1, { order_id: 'own' }), captured);
    expect(outcomes).toEqual(['advanced', 'conflict']);
    expect(payment).toMatchObject({ stage: 'cancelled', order: { captured_amount: 400 } });
  });

  test('of an order in doubt keeps nothing of it, and requests no further read', () => {
    const doubtful: Report = { ...orderRead('ordered', 5, { order_id: 'own' }), doubt: 'order_amount' };
    const { payment, outcomes } = applyAll(sessionUpdate('COMPLETED', 1), doubtful);
    expect(outcomes.at(-1)).toBe('conflict');
    expect(payment).toMatchObject({
      stage: 'authorized',
      conflicts: [{ doubt: 'order_amount' }],
      lastReads: { order: { version: 5 } },
      readRequests: {},
    });
    expect(payment.order).toBeUndefined();
  });

  test('requests a read: of the order if there is one, else of the session', () => {
    expect(applyAll(cancelled, sessionUpdate('COMPLETED', 2)).payment.readRequests).toEqual({
      session: { version: 3, at: minute(3) },
    });
    expect(applyAll(ordered, sessionUpdate('COMPLETED', 2, { order_id: 'b' })).payment.readRequests).toEqual({
      order: { version: 3, at: minute(3) },
    });
  });

  test('that a read brings ends the pause of that read', () => {
    const backoffs = { 'read order': { count: 3, since: minute(1), until: minute(90) } };
    expect(applyTo({ ...applyAll(ordered).payment, backoffs }, secondOrder(2)).backoffs).toEqual({});
  });

  test('holds no token', () => {
    const { payment } = applyAll(cancelled, sessionUpdate('COMPLETED', 2, tokenFacts('a', 2)));
    expect(payment.conflicts).toMatchObject([{ facts: { authorizations: [{ fingerprint: 'a', at: minute(2) }] } }]);
    expect(JSON.stringify(payment)).not.toContain('sealed');
  });

  test('of a hinted order settles the hint', () => {
    const read: Report = { ...secondOrder(3), settlesHint: { order_id: 'second 3', as: 'read' } };
    expect(applyAll(ordered, readHint('order', 2, 'second 3'), read).payment.hintedOrders).toEqual([
      { order_id: 'second 3', observedAt: minute(3), result: 'read' },
    ]);
  });

  test('of an operation whose answer names another order: it is answered all the same, and published once', () => {
    const before = claimed(applyAll(ordered).payment, 'charge');
    const answer = { ...operationResult({ id: 'charge', kind: 'charge' }, 'SUCCESS', 3), facts: { order_id: 'b' } };
    const [after, outcome] = applyReport(before, answer);
    expect(outcome).toBe('conflict');
    expect(after).toMatchObject({ facts: { order_id: 'own' }, conflicts: [{ facts: { order_id: 'b' } }] });
    expect(after.operations).toMatchObject([{ result: { state: 'SUCCESS' } }]);
    expect(after.changes.at(-1)).toMatchObject({ sequence: 2, operation: { id: 'charge' } });
    expect(applyReport(after, answer)).toEqual([after, 'duplicate']);
  });
});

describe('the list of conflicts', () => {
  const claim = (n: number) => stageReport('captured', n, { kp_session_id: `k${n}` });
  const aboutOrder = stageReport('captured', 0, { order_id: 'first' });
  const claims = Array.from({ length: limits.conflicts - 1 }, (_, n) => claim(n + 1));
  const full = applyTo(applyAll(cancelled).payment, aboutOrder, ...claims);

  test('holds equal ones once, whoever reports them and whenever', () => {
    const { payment, outcomes } = applyAll(
      ordered,
      secondOrder(2),
      { ...orderRead('ordered', 5, { order_id: 'second 2' }), source: 'session_read' },
      secondOrder(3),
    );
    expect(outcomes).toEqual(['advanced', 'conflict', 'conflict', 'conflict']);
    expect(payment.conflicts).toEqual([secondOrder(2), secondOrder(3)]);
  });

  test.each<[what: string, other: Report]>([
    ['another word', { ...stageReport('captured', 3), word: 'other' }],
    ['another doubt', { ...stageReport('captured', 3), doubt: 'order_amount' }],
    ['another stage', { ...stageReport('part_captured', 3), word: 'captured' }],
    ['another hosted session', stageReport('captured', 3, { hpp_session_id: 'x' })],
    ['another session', stageReport('captured', 3, { kp_session_id: 'x' })],
    ['another order', stageReport('captured', 3, { order_id: 'x' })],
  ])('holds one with %s beside it', (_, other) => {
    const outcomes = ['advanced', 'conflict', 'conflict'];
    expect(applyAll(cancelled, stageReport('captured', 2), stageReport('captured', 4)).payment.conflicts).toHaveLength(
      1,
    );
    expect(applyAll(cancelled, stageReport('captured', 2), other)).toMatchObject({
      outcomes,
      payment: { conflicts: [{}, {}] },
    });
  });

  test('holds one that claims no stage', () => {
    const named = { ...readHint('order', 3), facts: { order_id: 'second' } };
    expect(applyAll(ordered, secondOrder(2), named).payment.conflicts).toEqual([secondOrder(2), named]);
  });

  test('is full with eight: one more that is about no order is not kept', () => {
    expect(full.conflicts).toHaveLength(limits.conflicts);
    expect(applyTo(full, claim(20)).conflicts).toEqual(full.conflicts);
  });

  test.each([
    ['a second order', stageReport('captured', 20, { order_id: 'second' })],
    ['one that Klarna implies', unidentified],
  ])('always takes %s, in place of the oldest that is about none', (_, report) => {
    const { conflicts } = applyTo(full, report);
    expect(conflicts).toEqual([aboutOrder, ...claims.slice(1), report]);
  });

  test('that is full of orders gives up the oldest', () => {
    const orders = Array.from({ length: limits.conflicts + 1 }, (_, n) => secondOrder(n + 2));
    const payment = applyTo(applyAll(ordered).payment, unidentified, ...orders);
    expect(ordersOf(payment)).toEqual(orders.slice(1).map(({ facts }) => facts.order_id));
  });
});

test('an order is implied until one is known', () => {
  const { payment } = applyAll(sessionUpdate('COMPLETED', 1), unidentified);
  expect(impliesOrder(payment)).toBe(true);
  expect(impliesOrder({ ...payment, facts: { order_id: 'o' } })).toBe(false);
  expect(impliesOrder(applyAll(ordered, secondOrder(2)).payment)).toBe(false);
  expect(impliesOrder(applyAll(cancelled, sessionUpdate('COMPLETED', 2)).payment)).toBe(false);
});
