import { describe, expect, test } from 'vitest';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import { taskKey } from '../../../../lambdas/payment/tasks/backoffs.ts';
import { dueTask, nextKlarnaTask } from '../../../../lambdas/payment/tasks/tasks.ts';
import { answered, claimed, nextOf, nextOfAll, paymentAfter } from '../../../support/builders/payments.ts';
import {
  applyTo,
  minute,
  orderRead,
  readHint,
  refusedEnd,
  sessionRead,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../../support/builders/reports.ts';

test.each([
  sessionUpdate('CANCELLED', 1),
  sessionUpdate('DISABLED', 1),
  refusedEnd('rejected', 1),
  refusedEnd('expired', 1),
  orderRead('cancelled', 1, { order_id: 'o' }),
  orderRead('refunded', 1, { order_id: 'o' }),
])('a payment that ended ($id) has no task', (end) => {
  expect(nextOf({ ...paymentAfter('authorize', end), session: { word: 'x', at: minute(1), final: true } })).toBe(
    'nothing',
  );
});

test('of several tasks the earliest comes first', () => {
  const payment = claimed(paymentAfter('authorize', readHint('session', 0)), 'capture', 'f', 0);
  expect(nextOf(payment)).toBe('read session at 1');
});

test('of tasks that are due at the same moment, operations, requested reads and tokens come before scheduled reads', () => {
  const authorized = paymentAfter(
    'buy_and_tokenize',
    sessionUpdate('IN_PROGRESS', 1),
    stageReport('authorized', 2, tokenFacts('t', 2)),
  );
  const tie = answered(claimed(authorized, 'customer_token', 't', 2), 'customer_token', 2);
  expect(nextKlarnaTask(tie)).toEqual({ kind: 'place order', dueAt: minute(2) });
});

describe('a task that does not ask Klarna', () => {
  const changed = paymentAfter('authorize', sessionRead(2), sessionUpdate('CANCELLED', 5));
  const granted = paymentAfter(undefined, sessionRead(40), sessionUpdate('COMPLETED', 41, tokenFacts('a', 41)));

  test('confirms a change an hour after it was observed', () => {
    expect(nextOfAll(changed)).toBe('confirm changes at 66');
    expect(nextOfAll({ ...changed, confirmation: { sequence: 1, at: minute(66) } })).toBe('nothing');
  });

  test('confirms from the first unconfirmed change and from the last confirmation on', () => {
    const payment = paymentAfter(
      'authorize',
      sessionUpdate('IN_PROGRESS', 1),
      sessionUpdate('FAILED', 90),
      sessionUpdate('CANCELLED', 95),
    );
    expect(nextOfAll(payment)).toBe('confirm changes at 62');
    expect(nextOfAll({ ...payment, confirmation: { sequence: 1, at: minute(62) } })).toBe('confirm changes at 151');
    expect(nextOfAll({ ...payment, confirmation: { sequence: 1, at: minute(151) } })).toBe('confirm changes at 211');
    expect(nextOfAll({ ...payment, confirmation: { sequence: 3, at: minute(211) } })).toBe('nothing');
  });

  test('warns when a warning is due', () => {
    expect(nextOfAll({ ...granted, confirmation: { sequence: 1, at: minute(44) } })).toBe('warn at 86');
  });

  test('waits for no pause', () => {
    const until = { count: 9, since: minute(0), until: minute(999) };
    const backoffs = { warn: until, 'confirm changes': until, 'read session': until };
    expect(nextOfAll({ ...changed, backoffs })).toBe('confirm changes at 66');
    expect(nextOfAll({ ...granted, backoffs })).toBe('warn at 86');
  });

  test('comes after a read that is due at the same time', () => {
    const reading = paymentAfter(
      'authorize',
      sessionRead(62),
      sessionUpdate('IN_PROGRESS', 64),
      readHint('session', 124),
    );
    expect(nextOfAll(reading)).toBe('read session at 120');
    expect(nextOfAll(applyTo(reading, { ...sessionRead(121), observedAt: minute(124) }))).toBe('read session at 125');
  });
});

describe('the task to do now', () => {
  const [hour, urgentAt] = [60, 70];
  /** A read of the order is due, then a token can be used, and an operation is under way. */
  const order = paymentAfter('authorize', sessionUpdate('COMPLETED', 1), orderRead('ordered', 5, { order_id: 'o' }));
  const busy = claimed(applyTo(order, readHint('order', 9)), 'capture', 'f', hour);
  const token = paymentAfter('buy_and_tokenize', sessionUpdate('COMPLETED', urgentAt, tokenFacts('a', urgentAt)));
  const inTurn = (payment: Payment, now: number, count: number) => {
    const done = new Set<string>();
    return Array.from({ length: count }, () => {
      const task = dueTask(payment, minute(now), done);
      if (task) done.add(taskKey(task));
      return task?.kind;
    });
  };

  test('is none before its time', () => {
    expect(dueTask(busy, minute(9), new Set())).toBeUndefined();
    expect(dueTask(busy, minute(10), new Set())?.kind).toBe('read order');
  });

  test('is an unfinished operation, however long a read is due', () => {
    expect(inTurn(busy, 2 * hour, 4)).toEqual(['finish operation', 'read order', 'confirm changes', undefined]);
  });

  test('is one that needs a token, before a session that is due for longer', () => {
    expect(inTurn(token, urgentAt, 3)).toEqual(['create customer token', 'read session', undefined]);
    const tried = answered(claimed(token, 'customer_token', 'a', urgentAt), 'customer_token', urgentAt + 1);
    expect(inTurn(tried, urgentAt + 1, 3)).toEqual(['place order', 'read session', undefined]);
  });

  test('is the other one where one was tried, although both are of one kind', () => {
    const two = applyTo(busy, readHint('order', 11, 'a'), readHint('order', 12, 'b'));
    const except = new Set(['finish operation capture', 'read order', 'read hinted order a']);
    expect(dueTask(two, minute(hour), except)).toEqual({ kind: 'read hinted order', about: 'b', dueAt: minute(13) });
  });
});
