import { expect, test } from 'vitest';
import { apply } from '../../../lambdas/payment/apply.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import { applyAll, minute, orderRead, readHint, sessionUpdate } from '../../support/builders/reports.ts';

const order = { order_id: 'o' };
const ordered = orderRead('ordered', 5, order);
const again = (at: number, more: Partial<Report> = {}): Report => ({ ...orderRead('ordered', at, order), ...more });

test('reading tells when it was read, and what', () => {
  expect(applyAll(ordered).payment).toMatchObject({
    stage: 'ordered',
    lastReads: { order: minute(5) },
    order: { at: minute(5), status: 'ORDERED' },
  });
});

test('a reading that teaches nothing is kept as a reading, and as nothing else', () => {
  const { payment } = applyAll(ordered);
  const [after, outcome] = apply(payment, again(9));
  expect(outcome).toBe('duplicate');
  expect(after).toEqual({ ...payment, lastReads: { order: minute(9) }, order: { ...payment.order, at: minute(9) } });
});

test('the very same reading changes nothing', () => {
  const { payment } = applyAll(ordered);
  expect(apply(payment, ordered)).toEqual([payment, 'duplicate']);
  expect(apply(payment, ordered)[0]).toBe(payment);
});

test('a repeat that was read later still counts as a reading', () => {
  const { payment } = applyAll(ordered);
  const repeat = { ...ordered, read: { target: 'order', startedAt: minute(9) } } as const;
  expect(apply(payment, repeat)).toEqual([{ ...payment, lastReads: { order: minute(9) } }, 'duplicate']);
});

test('an older reading that arrives late takes nothing back', () => {
  const { payment } = applyAll(again(9, { order: { at: minute(9), captured_amount: 5 } }));
  const [after] = apply(payment, ordered);
  expect(after.lastReads).toEqual({ order: minute(9) });
  expect(after.order).toEqual({ at: minute(9), captured_amount: 5 });
});

test('the same order in another order of its fields, or with fields that say nothing, teaches nothing', () => {
  const { payment } = applyAll(ordered);
  const same = { currency: 'EUR', expires_at: undefined, status: 'ORDERED', order_amount: 1000, at: minute(9) };
  expect(apply(payment, again(9, { order: same }))[1]).toBe('duplicate');
  expect(apply(payment, again(9, { order: { ...same, currency: 'SEK' } }))[1]).toBe('noted');
});

test('what teaches nothing and was not read changes nothing', () => {
  const { payment } = applyAll(sessionUpdate('IN_PROGRESS', 1));
  expect(apply(payment, { ...sessionUpdate('IN_PROGRESS', 1), id: 'another event' })[0]).toBe(payment);
});

test('other amounts of the same order are something new', () => {
  const { payment } = applyAll(ordered);
  const [after, outcome] = apply(
    payment,
    again(9, { order: { at: minute(9), status: 'ORDERED', captured_amount: 5 } }),
  );
  expect(outcome).toBe('noted');
  expect(after.order).toMatchObject({ captured_amount: 5 });
});

test('an order that differs from what was asked is kept apart, and its reading asks for no other', () => {
  const { payment, outcomes } = applyAll(sessionUpdate('COMPLETED', 1), again(5, { doubt: 'order_amount' }));
  expect(outcomes.at(-1)).toBe('conflict');
  expect(payment).toMatchObject({
    stage: 'authorized',
    conflicts: [{ doubt: 'order_amount' }],
    lastReads: { order: minute(5) },
    readRequests: {},
  });
});

test('a contradiction that was heard asks Klarna what is true', () => {
  expect(applyAll(sessionUpdate('COMPLETED', 1), sessionUpdate('CANCELLED', 2)).payment.readRequests).toEqual({
    session: minute(3),
  });
});

test('an order that turns up after its session ran out is a contradiction', () => {
  const gone: Report = {
    ...sessionUpdate('DISABLED', 4),
    statement: {
      pspStatus: 'NOT_FOUND',
      meaning: { state: 'ERROR', code: 'BAD_REQUEST', final: true, stage: 'expired' },
      about: 'session',
    },
  };
  const { payment, outcomes } = applyAll(gone, readHint('order', 4), ordered);
  expect(outcomes).toEqual(['advanced', 'noted', 'conflict']);
  expect(payment).toMatchObject({ stage: 'expired', conflicts: [{ facts: order }] });
});

test('an order that is already known may expire, and is no contradiction when it is read again', () => {
  expect(
    applyAll(sessionUpdate('COMPLETED', 1), ordered, orderRead('expired', 6, order), again(9)).outcomes,
  ).not.toContain('conflict');
});

test('an order that expired without any session is no contradiction either', () => {
  expect(applyAll(orderRead('expired', 6), ordered).outcomes).toEqual(['advanced', 'late']);
});

test("Klarna's answer ends the backoff, somebody's callback does not", () => {
  const backoff = { count: 3, until: minute(60) };
  const payment: Payment = { ...applyAll().payment, backoff };
  expect(apply(payment, readHint('order', 1))[0].backoff).toEqual(backoff);
  expect(apply(payment, ordered)[0].backoff).toBeUndefined();
});
