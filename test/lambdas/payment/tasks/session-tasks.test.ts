import { describe, expect, test } from 'vitest';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import { openPayment } from '../../../../lambdas/payment/record.ts';
import type { Report } from '../../../../lambdas/payment/report.ts';
import { sessionTasks } from '../../../../lambdas/payment/tasks/session-tasks.ts';
import {
  answered,
  claimed,
  nextOf,
  paymentAfter,
  requestOf,
  sessionFacts,
} from '../../../support/builders/payments.ts';
import {
  applyTo,
  goneSession,
  minute,
  minuteOf,
  orderRead,
  paymentIdOf,
  readHint,
  refusedEnd,
  sessionRead,
  sessionUpdate,
  stageReport,
} from '../../../support/builders/reports.ts';

const opened = openPayment(paymentIdOf('order-1'), minute(0));
const requested: Payment = { ...opened, request: requestOf('authorize') };

describe('a hosted session', () => {
  test.each([
    [[], 2],
    [[2], 10],
    [[1], 2],
    [[9], 10],
    [[10], 30],
    [[29], 30],
    [[30], 60],
    [[59], 60],
    [[60], 120],
    [[130], 180],
  ])('last read at %j minutes is read again at %d', (before, next) => {
    expect(nextOf(paymentAfter('authorize', ...before.map(sessionRead)))).toBe(`read session at ${next}`);
  });

  test('is read once more a minute after it expires', () => {
    expect(nextOf(paymentAfter('authorize', sessionRead(46 * 60 + 30)))).toBe(`read session at ${47 * 60}`);
    expect(nextOf(paymentAfter('authorize', sessionRead(47 * 60)))).toBe(`read session at ${47 * 60 + 1}`);
  });

  test('whose order was reported first is read until it has a final word or has expired', () => {
    const timesAfter = (...reports: Report[]) =>
      sessionTasks(paymentAfter('authorize', stageReport('authorized', 5, { order_id: 'o' }), ...reports)).map(
        ({ dueAt }) => minuteOf(dueAt),
      );
    expect(timesAfter()).toEqual([2]);
    expect(timesAfter(sessionUpdate('IN_PROGRESS', 1), sessionRead(6))).toEqual([10]);
    expect(timesAfter(sessionUpdate('COMPLETED', 1))).toEqual([]);
    expect(timesAfter(sessionRead(47 * 60 + 1))).toEqual([48 * 60]);
    expect(timesAfter(sessionRead(47 * 60 + 2))).toEqual([]);
  });

  test('that outlives its expiry is read hourly for a day', () => {
    expect(nextOf(paymentAfter('authorize', sessionRead(47 * 60 + 1)))).toBe(`read session at ${48 * 60}`);
    expect(nextOf(paymentAfter('authorize', sessionRead(71 * 60 + 1)))).toBe(`read session at ${72 * 60}`);
    expect(nextOf(paymentAfter('authorize', sessionRead(71 * 60 + 2)))).toBe('nothing');
  });

  test('of unknown expiry lives 48 hours', () => {
    const payment = applyTo({ ...opened, facts: { hpp_session_id: 'h' } }, sessionRead(47 * 60 + 30));
    expect(nextOf(payment)).toBe(`read session at ${48 * 60}`);
    expect(nextOf(applyTo(payment, sessionRead(48 * 60)))).toBe(`read session at ${48 * 60 + 1}`);
  });

  test('that another backend created is read as well', () => {
    expect(nextOf(paymentAfter(undefined))).toBe('read session at 2');
  });

  test('whose id is unknown cannot be read', () => {
    expect(nextOf(applyTo(opened, sessionUpdate('IN_PROGRESS', 1), readHint('session', 3)))).toBe('nothing');
  });

  test.each([sessionUpdate('CANCELLED', 5), sessionUpdate('DISABLED', 5), goneSession(5)])(
    'that ended with $word is not read again',
    (end) => {
      expect(nextOf(paymentAfter('authorize', end))).toBe('nothing');
    },
  );

  test.each(['capture', 'authorize', 'review', 'buy_and_tokenize'] as const)(
    'of flow %s that is completed is read until its order is known',
    (flow) => {
      expect(nextOf(paymentAfter(flow, sessionUpdate('COMPLETED', 5)))).toBe('read session at 2');
      expect(nextOf(paymentAfter(flow, sessionUpdate('COMPLETED', 5), sessionRead(5)))).toBe('read session at 10');
      expect(sessionTasks(paymentAfter(flow, sessionUpdate('COMPLETED', 5, { order_id: 'o' })))).toEqual([]);
    },
  );

  test.each([undefined, 'tokenize'] as const)('of flow %s is not read again once it is completed', (flow) => {
    expect(nextOf(paymentAfter(flow, sessionUpdate('COMPLETED', 5)))).toBe('nothing');
  });

  test('is read while the shopper may still decide', () => {
    expect(nextOf(paymentAfter('authorize', sessionUpdate('IN_PROGRESS', 1)))).toBe('read session at 2');
    expect(nextOf(paymentAfter('authorize', stageReport('authorized', 5)))).toBe('read session at 2');
    expect(nextOf(paymentAfter('authorize', refusedEnd('rejected', 5)))).toBe('nothing');
  });
});

describe('a read of the session that was requested', () => {
  const request = readHint('session', 3);

  test('is due at once', () => {
    expect(nextOf(paymentAfter('authorize', sessionRead(2), request))).toBe('read session at 4');
    expect(nextOf(paymentAfter('authorize', sessionUpdate('CANCELLED', 1), request))).toBe('read session at 4');
  });

  test('is done by a read that started from the version that saved the request, whatever the clocks say', () => {
    const fromVersion = (version: number) => {
      const read = { ...sessionRead(3), read: { target: 'session', startedAt: minute(1), version } } as const;
      return nextOf(paymentAfter('authorize', sessionRead(2), request, read));
    };
    expect(fromVersion(3)).toBe('read session at 4');
    expect(fromVersion(4)).toBe('read session at 10');
  });

  test('before the payment was ever saved is due as well', () => {
    const payment = applyTo({ ...opened, facts: sessionFacts }, readHint('session', 0));
    expect(nextOf({ ...payment, readRequests: { session: { version: 0, at: minute(1) } } })).toBe('read session at 1');
  });
});

describe('a session that was never made', () => {
  const interrupted = claimed(requested, 'session');

  test('because its creation was interrupted is abandoned when it would have expired', () => {
    expect(nextOf(interrupted)).toBe(`abandon session at ${48 * 60 + 1}`);
    expect(nextOf(answered(claimed(interrupted, 'capture'), 'capture'))).toBe(`abandon session at ${48 * 60 + 1}`);
  });

  test('because Klarna refused it is abandoned a minute and a half later', () => {
    expect(nextOf(answered(interrupted, 'session', 4, 'CAPTURE_NOT_ALLOWED'))).toBe('abandon session at 6.5');
  });

  test('and that another backend requested is not ours to abandon', () => {
    expect(nextOf(claimed(opened, 'session'))).toBe('nothing');
  });

  test('and was never requested is not abandoned: a charge has none', () => {
    expect(nextOf(requested)).toBe('nothing');
    expect(nextOf(answered(claimed(requested, 'charge'), 'charge'))).toBe('nothing');
    expect(nextOf(claimed(requested, 'charge', 'f', 50 * 60))).toBe(`finish operation at ${50 * 60 + 1.5}`);
  });

  test.each([
    ['was made after all', answered(interrupted, 'session')],
    ['has an order', { ...interrupted, facts: { order_id: 'o' } }],
    ['has ended', applyTo(interrupted, refusedEnd('rejected', 5))],
    ['was opened by the shopper', applyTo(interrupted, sessionUpdate('IN_PROGRESS', 5))],
  ])('is not abandoned where the payment %s', (_, payment) => {
    expect(nextOf(payment)).toBe('nothing');
  });
});

test('of a session and an order that are due at once the order is read first', () => {
  const payment = paymentAfter('authorize', sessionRead(2), orderRead('ordered', 2, { order_id: 'o' }));
  expect(nextOf(applyTo(payment, readHint('session', 3), readHint('order', 3)))).toBe('read order at 4');
});
