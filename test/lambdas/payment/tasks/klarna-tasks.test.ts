import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../../lambdas/payment/operation.ts';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import { klarnaTasks } from '../../../../lambdas/payment/tasks/klarna-tasks.ts';
import { nextTask } from '../../../../lambdas/payment/tasks/tasks.ts';
import { answered, claimed, nextOf, paymentAfter } from '../../../support/builders/payments.ts';
import { applyTo, minute, orderRead, readHint, sessionUpdate } from '../../../support/builders/reports.ts';

const day = 24 * 60;
const ended = paymentAfter('authorize', sessionUpdate('CANCELLED', 1));

describe('an operation without an answer', () => {
  const payment = claimed(ended, 'capture', 'f', 10);

  test('is sent again a minute and a half later', () => {
    expect(nextTask(payment)).toEqual({
      kind: 'finish operation',
      about: 'capture',
      dueAt: minute(11).replace('00.000', '30.000'),
    });
  });

  test('is sent again a minute and a half after a task resumed it', () => {
    const resumed = payment.operations.map((each): Operation => ({ ...each, resumedAt: minute(20) }));
    expect(nextOf({ ...payment, operations: resumed })).toBe('finish operation at 21.5');
  });

  test('is done once it is answered, and a session is not made without its caller', () => {
    expect(nextOf(answered(payment, 'capture', 12))).toBe('nothing');
    expect(nextOf(claimed(ended, 'session', 'f', 10))).toBe('nothing');
  });
});

describe('a pause', () => {
  const order = paymentAfter('authorize', sessionUpdate('COMPLETED', 1), orderRead('ordered', 5, { order_id: 'o' }));
  const due = claimed(applyTo(order, readHint('order', 9), readHint('order', 12, 'b')), 'capture', 'f', 10);
  const paused = (key: string, at: number): Payment => ({
    ...due,
    backoffs: { [key]: { count: 1, since: minute(0), until: minute(at) } },
  });
  const timesOf = (payment: Payment) => klarnaTasks(payment).map(({ kind, dueAt }) => [kind, dueAt]);

  test.each([
    ['finish operation capture', 'finish operation'],
    ['read hinted order b', 'read hinted order'],
    ['read order', 'read order'],
  ])('%s postpones that task, and no other', (key, kind) => {
    const expected = timesOf(due).map(([each, dueAt]) => [each, each === kind ? minute(300) : dueAt]);
    expect(timesOf(paused(key, 300))).toEqual(expected);
  });

  test('makes no task due earlier', () => {
    expect(timesOf(paused('finish operation capture', 11))).toEqual(timesOf(due));
  });

  test('of another operation or order counts for nothing', () => {
    expect(timesOf(paused('finish operation other', 300))).toEqual(timesOf(due));
    expect(timesOf(paused('read hinted order o', 300))).toEqual(timesOf(due));
  });

  test('of half a year gives the task up', () => {
    const hinted = applyTo(ended, readHint('order', 9, 'b'));
    const until = (minutes: number) => ({
      backoffs: { 'read hinted order b': { count: 200, since: minute(0), until: minute(minutes) } },
    });
    expect(nextOf({ ...hinted, ...until(180 * day + 10) })).toBe(`read hinted order at ${180 * day + 10}`);
    expect(nextOf({ ...hinted, ...until(180 * day + 11) })).toBe('nothing');
  });
});
