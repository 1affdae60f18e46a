import { describe, expect, test } from 'vitest';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import { openPayment } from '../../../../lambdas/payment/record.ts';
import type { OrderSnapshot, Report } from '../../../../lambdas/payment/report.ts';
import type { Stage } from '../../../../lambdas/payment/stages.ts';
import { withWarnings } from '../../../../lambdas/payment/tasks/attention.ts';
import { orderReads } from '../../../../lambdas/payment/tasks/order-reads.ts';
import { nextOf, paymentAfter } from '../../../support/builders/payments.ts';
import {
  applyTo,
  minute,
  minuteOf,
  orderRead,
  paymentIdOf,
  readHint,
  sessionUpdate,
  stageReport,
} from '../../../support/builders/reports.ts';

const hour = 60;
const day = 24 * hour;
const ids = { order_id: 'o' };
const opened = openPayment(paymentIdOf('order-1'), minute(0));
const completed = sessionUpdate('COMPLETED', 1, ids);
const found = (stage: Stage, at: number, fields: Partial<OrderSnapshot> = {}): Report => ({
  ...orderRead(stage, at, ids, fields),
  id: `${stage} ${at}`,
});
const orderOf = (...reports: Report[]) => paymentAfter('authorize', completed, ...reports);
const nextRead = (...reports: Report[]) => nextOf(orderOf(...reports));
const allReads = (payment: Payment) => orderReads(payment).map(({ dueAt }) => minuteOf(dueAt));

describe('a requested read of the order', () => {
  test('is due at once, and needs an order', () => {
    expect(nextOf(applyTo(opened, readHint('order', 3)))).toBe('nothing');
    expect(nextOf(applyTo({ ...opened, facts: ids }, readHint('order', 3)))).toBe('read order at 4');
  });

  test('is done by a read that started from the version that saved the request, whatever the clocks say', () => {
    const read = (version: number): Report => ({
      ...found('ordered', 3),
      read: { target: 'order', startedAt: minute(1), version },
    });
    expect(nextRead(readHint('order', 3), read(3))).toBe('read order at 4');
    expect(nextRead(readHint('order', 3), read(4))).toBe(`read order at ${4 + 4 * hour}`);
  });
});

describe('an order that a push named', () => {
  test('is read by a task of its own, beside others', () => {
    const payment = applyTo(opened, readHint('order', 3, 'a'), readHint('order', 5, 'b'));
    expect(orderReads(payment)).toEqual([
      { kind: 'read hinted order', about: 'a', dueAt: minute(4) },
      { kind: 'read hinted order', about: 'b', dueAt: minute(6) },
    ]);
  });

  test.each(['read', 'foreign'] as const)('is not read again once it is %s', (as) => {
    const settled: Report = { ...readHint('session', 9), settlesHint: { order_id: 'a', as } };
    expect(nextOf(applyTo(opened, readHint('order', 3, 'a'), settled))).toBe('nothing');
  });

  test('and that is ours is read as ours', () => {
    expect(orderReads(applyTo(opened, readHint('order', 3, 'o'), completed))).toEqual([
      { kind: 'read order', dueAt: minute(4) },
    ]);
  });
});

test('an order that is pending is read every half hour for 25 hours, then daily', () => {
  expect(nextRead(found('pending', 5))).toBe('read order at 35');
  expect(nextRead(found('pending', 5), found('pending', 35))).toBe('read order at 65');
  expect(nextRead(found('pending', 5), found('pending', 25 * hour + 5))).toBe(`read order at ${25 * hour + 35}`);
  expect(nextRead(found('pending', 5), found('pending', 25 * hour + 6))).toBe(`read order at ${49 * hour + 6}`);
});

describe('a stop that Klarna announced', () => {
  const stop = (at: number): Report => ({ ...readHint('order', at, 'o'), riskStop: true });

  test('is read at once, and two minutes later', () => {
    expect(allReads(orderOf(found('captured', 5), stop(20)))).toEqual([21, 23, 4 * hour + 6]);
  });

  test.each([
    [22, 23],
    [23, 31],
    [31, 51],
    [50, 51],
    [51, 4 * hour + 6],
  ])('and that the order did not show in minute %d is read for again in minute %d', (last, next) => {
    expect(nextRead(found('captured', 5), stop(20), found('captured', last))).toBe(`read order at ${next}`);
  });

  test('is over once the order shows it', () => {
    expect(nextRead(found('captured', 5), stop(20), found('captured', 22, { fraud_status: 'REJECTED' }))).toBe(
      `read order at ${4 * hour + 6}`,
    );
  });

  test('is read for although the order is pending or has ended', () => {
    expect(nextRead(found('pending', 5), stop(20), found('pending', 22))).toBe('read order at 23');
    expect(nextRead(found('cancelled', 5), stop(20), found('cancelled', 22))).toBe('read order at 23');
  });
});

describe('an order that may change past the relay', () => {
  test.each(['ordered', 'part_captured', 'captured', 'part_refunded', 'rejected'] as const)(
    'is read 4 hours after it changed: %s',
    (stage) => {
      expect(nextRead(found(stage, 5))).toBe(`read order at ${4 * hour + 6}`);
    },
  );

  test('is read at 4, 8, 16 … hours after its last change, however often it was read', () => {
    const last = (minutes: number) => nextRead(found('captured', 5), found('captured', minutes));
    expect(last(3 * hour)).toBe(`read order at ${4 * hour + 6}`);
    expect(last(4 * hour + 6)).toBe(`read order at ${8 * hour + 6}`);
    expect(last(9 * hour)).toBe(`read order at ${16 * hour + 6}`);
    expect(nextRead(found('ordered', 5), found('captured', 9 * hour))).toBe(`read order at ${13 * hour + 1}`);
  });

  test('is read as before after a warning, which is no change of the order', () => {
    const payment = orderOf(found('ordered', 5, { expires_at: minute(day) }));
    expect(nextOf(withWarnings(payment, minute(hour)))).toBe(`read order at ${4 * hour + 6}`);
  });

  test('counts from the opening where it has no change', () => {
    expect(nextOf({ ...orderOf(found('captured', 5)), changes: [] })).toBe(`read order at ${4 * hour}`);
  });

  test('is read although its status says nothing', () => {
    const { statement, ...unknown } = found('ordered', 5);
    expect(nextRead(unknown)).toBe(`read order at ${4 * hour + 2}`);
  });

  test.each(['ordered', 'part_captured'] as const)(
    'is read a minute after its capture deadline, and a day after it: %s',
    (stage) => {
      const expires = { expires_at: minute(28 * day) };
      const leftAfter = (last: number) => allReads(orderOf(found(stage, 5, expires), found(stage, last, expires)));
      expect(leftAfter(28 * day)).toEqual([29 * day, 28 * day + 1]);
      expect(leftAfter(28 * day + 1)).toEqual([29 * day]);
      expect(leftAfter(29 * day)).toEqual([]);
    },
  );

  test('is read no more at its deadline once it is captured', () => {
    const reads = allReads(orderOf(found('captured', 5, { expires_at: minute(hour) })));
    expect(reads).toEqual([4 * hour + 6]);
  });

  test('without a capture deadline is read for 180 days after it was placed', () => {
    expect(allReads(orderOf(found('ordered', 5), found('ordered', 179 * day)))).toEqual([180 * day + 6]);
    expect(allReads(orderOf(found('ordered', 5), found('ordered', 180 * day + 6)))).toEqual([]);
    expect(allReads(orderOf(found('part_captured', 5), found('part_captured', 179 * day)))).toEqual([180 * day]);
  });

  test.each(['captured', 'part_refunded'] as const)(
    'is watched for refunds for 180 days after the last capture: %s',
    (stage) => {
      const captured = [found('part_captured', 5), found('captured', 2 * day)];
      const until = 182 * day + 1;
      expect(allReads(orderOf(...captured, found(stage, 181 * day)))).toEqual(
        stage === 'captured' ? [until] : [181 * day + 4 * hour + 1],
      );
      expect(allReads(orderOf(...captured, found(stage, until)))).toEqual([]);
      expect(allReads({ ...orderOf(found(stage, 179 * day)), changes: [] })).toEqual([180 * day]);
    },
  );

  test('and is part_captured last counts from that capture', () => {
    const refunded = orderOf(found('part_captured', 5), found('part_refunded', 10), found('part_refunded', 179 * day));
    expect(allReads(refunded)).toEqual([180 * day + 6]);
  });

  test('after a rejection is watched for five hours: Klarna lets a merchant capture it for four', () => {
    expect(nextRead(found('ordered', 5), found('rejected', 20), found('rejected', 5 * hour))).toBe(
      `read order at ${5 * hour + 21}`,
    );
    expect(nextRead(found('rejected', 20), found('rejected', 5 * hour + 21))).toBe('nothing');
  });

  test.each(['refunded', 'cancelled', 'expired'] as const)('is not watched once it is %s', (stage) => {
    expect(nextRead(found(stage, 5, { expires_at: minute(99) }))).toBe('nothing');
  });

  test('that was never read is not watched, nor one of which only a contradiction was read', () => {
    expect(nextOf(applyTo({ ...opened, facts: ids }, stageReport('ordered', 5)))).toBe('nothing');
    const doubtful: Report = { ...found('ordered', 5), doubt: 'order_amount' };
    expect(nextOf(applyTo(opened, doubtful))).toBe('nothing');
    expect(nextOf({ ...orderOf(found('ordered', 5)), lastReads: {}, readRequests: {} })).toBe('nothing');
  });
});
