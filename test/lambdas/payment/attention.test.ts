import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../lambdas/payment/apply.ts';
import { pendingWarnings, withWarnings } from '../../../lambdas/payment/attention.ts';
import type { Attention } from '../../../lambdas/payment/change.ts';
import { limits } from '../../../lambdas/payment/limits.ts';
import type { Flow, Payment, PaymentRequest } from '../../../lambdas/payment/payment.ts';
import type { Report } from '../../../lambdas/payment/report.ts';

import {
  applyAll,
  minute,
  operationResult,
  orderRead,
  sessionUpdate,
  stageReport,
  tokenFacts,
  tokenSpent,
} from '../../support/builders/reports.ts';

const hour = 60;
const day = 24 * hour;
const requestOf = (flow: Flow | 'charge'): PaymentRequest => ({
  flow,
  amount: 1000,
  currency: 'EUR',
  fingerprint: 'f',
});
const opened: Report = {
  ...sessionUpdate('WAITING', 0, { hpp_session_id: 'h', expires_at: minute(47 * hour) }),
  id: 'opened',
};
const paymentOf = (flow: Flow | 'charge' | undefined, ...reports: Report[]): Payment => {
  const { payment } = applyAll(opened, ...reports);
  return { ...payment, ...(flow && { request: requestOf(flow) }) };
};

/** The pending warnings, and from which minute on each is due. */
const due = (payment: Payment) =>
  pendingWarnings(payment).map(
    ({ at, attention }) => `${attention.reason} at ${(Date.parse(at) - Date.parse(minute(0))) / 60_000}`,
  );
const given = (payment: Payment): Attention[] =>
  payment.changes.flatMap(({ attention }) => (attention ? [attention] : []));

describe('an authorization in hand', () => {
  const granted = stageReport('authorized', 5, tokenFacts('a', 5));

  test.each(['tokenize', 'buy_and_tokenize', 'charge', undefined] as const)(
    'of flow %s causes a warning a quarter of an hour before it expires',
    (flow) => {
      expect(due(paymentOf(flow, granted))[0]).toBe('authorization_expiring at 50');
      expect(pendingWarnings(paymentOf(flow, granted))[0]?.attention.deadline).toBe(minute(65));
    },
  );

  test.each(['capture', 'authorize', 'review'] as const)('of flow %s causes none: Klarna uses it', (flow) => {
    expect(due(paymentOf(flow, granted)).join()).not.toContain('authorization_expiring');
  });

  test('causes none once it made the customer token that was all the payment asked for', () => {
    const payment = paymentOf('tokenize', granted);
    expect(due({ ...payment, facts: { ...payment.facts, customer_token_id: 'c' } })).toEqual([]);
    const bought = paymentOf('buy_and_tokenize', granted);
    expect(due({ ...bought, facts: { ...bought.facts, customer_token_id: 'c' } })[0]).toBe(
      'authorization_expiring at 50',
    );
  });

  test('causes none after it was used or discarded, or the payment ended', () => {
    expect(due(paymentOf(undefined, granted, orderRead('ordered', 9, { order_id: 'o' })))).toEqual([]);
    expect(due(paymentOf(undefined, granted, tokenSpent('a', 7)))).toEqual([]);
    expect(due(paymentOf(undefined, granted, stageReport('rejected', 9)))).toEqual([]);
  });

  test('causes one warning, and another authorization its own', () => {
    const warned = withWarnings(paymentOf(undefined, granted), minute(50));
    expect(given(warned)).toEqual([{ reason: 'authorization_expiring', deadline: minute(65) }]);
    expect(withWarnings(warned, minute(59))).toBe(warned);
    const [another] = applyReport(warned, { ...stageReport('authorized', 70, tokenFacts('b', 70)), id: 'b' });
    expect(given(withWarnings(another, minute(999)))).toHaveLength(2);
  });
});

describe('an order', () => {
  const until = (stage: 'ordered' | 'part_captured' | 'captured', at: number): Report => ({
    ...orderRead(stage, 9, { order_id: 'o' }),
    order: { at: minute(9), expires_at: minute(at) },
  });

  test.each(['ordered', 'part_captured'] as const)(
    'that is %s causes a warning three days before its capture deadline',
    (stage) => {
      expect(due(paymentOf('authorize', until(stage, 28 * day)))).toEqual([
        `capture_deadline at ${25 * day}`,
        `stuck at ${29 * day}`,
      ]);
    },
  );

  test('that is captured has no deadline', () => {
    expect(due(paymentOf('authorize', until('captured', 28 * day)))).toEqual([]);
  });

  test('whose deadline moved causes another warning', () => {
    const warned = withWarnings(paymentOf('authorize', until('ordered', 3 * day)), minute(10));
    expect(given(warned)).toEqual([{ reason: 'capture_deadline', deadline: minute(3 * day) }]);
    const [extended] = applyReport(warned, {
      ...until('ordered', 28 * day),
      id: 'x',
      order: { at: minute(11), expires_at: minute(28 * day) },
    });
    expect(due(extended)).toContain(`capture_deadline at ${25 * day}`);
  });

  test('without a deadline causes none', () => {
    expect(due(paymentOf('authorize', orderRead('ordered', 5, { order_id: 'o' })))).toEqual([]);
  });
});

describe('an order that the payment does not claim', () => {
  const foreign = (order_id: string | undefined, more: Partial<Report> = {}): Report => ({
    ...orderRead('ordered', 9, order_id ? { order_id } : {}),
    doubt: 'merchant_reference2',
    ...more,
  });
  const cancelled = sessionUpdate('CANCELLED', 5);

  test('causes a warning with its id at once', () => {
    const payment = paymentOf('authorize', cancelled, foreign('other'));
    expect(pendingWarnings(payment)).toEqual([
      { at: minute(10), attention: { reason: 'order_unclaimed', order_id: 'other' } },
    ]);
  });

  test('causes one warning, however often it is read', () => {
    const payment = paymentOf('authorize', cancelled, foreign('other'), foreign('other', { id: 'again' }));
    expect(given(withWarnings(payment, minute(99)))).toHaveLength(1);
  });

  test('causes none once the payment claims it', () => {
    const payment = paymentOf('authorize', foreign('other'), sessionUpdate('COMPLETED', 12, { order_id: 'other' }));
    expect(due(payment).join()).not.toContain('order_unclaimed');
  });

  test('and whose id is unknown causes a warning until the payment knows its order', () => {
    const unidentified = foreign(undefined, { doubt: 'order_id' });
    expect(due(paymentOf('authorize', cancelled, unidentified))).toEqual(['order_unclaimed at 10']);
    expect(
      due(paymentOf('authorize', cancelled, { ...cancelled, id: 'n', facts: { order_id: 'o' } }, unidentified)),
    ).toEqual([]);
  });

  test('is not the cause of a conflict between two ends of one session', () => {
    expect(due(paymentOf('authorize', cancelled, sessionUpdate('COMPLETED', 6)))).toEqual([]);
  });
});

describe('a payment that stays in its stage too long', () => {
  test.each([
    ['created', paymentOf('authorize'), 72 * hour],
    ['in_progress', paymentOf('authorize', sessionUpdate('IN_PROGRESS', 3)), 72 * hour],
    ['in_progress, of another backend', paymentOf(undefined, sessionUpdate('IN_PROGRESS', 3)), 72 * hour],
    ['authorized', paymentOf('authorize', stageReport('authorized', 5)), 2 * hour + 6],
    ['pending', paymentOf('review', orderRead('pending', 5, { order_id: 'o' })), 25 * hour + 6],
  ])('causes a warning: %s', (_, payment, at) => {
    expect(due(payment)).toEqual([`stuck at ${at}`]);
  });

  test.each([
    ['authorized, of another backend, which may have used it', paymentOf(undefined, stageReport('authorized', 5))],
    ['in_progress, with an unknown session', applyAll(sessionUpdate('IN_PROGRESS', 3)).payment],
    ['cancelled', paymentOf('authorize', sessionUpdate('CANCELLED', 5))],
    ['refunded', paymentOf('authorize', orderRead('refunded', 5, { order_id: 'o' }))],
    ['captured', paymentOf('authorize', orderRead('captured', 5, { order_id: 'o' }))],
  ])('causes none: %s', (_, payment) => {
    expect(due(payment)).toEqual([]);
  });

  test('has 48 hours for a session of unknown expiry', () => {
    const { payment } = applyAll();
    expect(due({ ...payment, request: requestOf('authorize') })).toEqual([`stuck at ${73 * hour}`]);
  });

  test('says since when', () => {
    const payment = paymentOf('review', orderRead('pending', 5, { order_id: 'o' }), {
      ...orderRead('pending', 35, { order_id: 'o' }),
      id: 'l',
    });
    expect(pendingWarnings(payment)[0]?.attention).toEqual({ reason: 'stuck', since: minute(6) });
  });

  test('causes another warning in another stage', () => {
    const warned = withWarnings(paymentOf('authorize', stageReport('authorized', 5)), minute(2 * hour + 6));
    expect(given(warned)).toHaveLength(1);
    expect(due(applyReport(warned, orderRead('pending', 200, { order_id: 'o' }))[0])).toEqual([
      `stuck at ${25 * hour + 201}`,
    ]);
  });
});

describe('an operation without an answer', () => {
  const unanswered = (kind: 'capture' | 'session'): Payment => ({
    ...paymentOf('authorize', sessionUpdate('CANCELLED', 5)),
    operations: [{ id: 'op', kind, fingerprint: 'f', askedAt: minute(10) }],
  });

  test('causes a warning when Klarna forgets its key', () => {
    expect(pendingWarnings(unanswered('capture'))).toEqual([
      { at: minute(day + 10), attention: { reason: 'operation_unanswered', since: minute(10), operation: 'op' } },
    ]);
  });

  test('causes none if it was answered, or if it was to create a session', () => {
    expect(
      due(applyReport(unanswered('capture'), operationResult({ id: 'op', kind: 'capture' }, 'SUCCESS', 12))[0]),
    ).toEqual([]);
    expect(due(unanswered('session'))).toEqual([]);
  });
});

describe('a warning', () => {
  const payment = paymentOf('authorize', stageReport('authorized', 5));

  test('is the next change of its payment and moves neither stage nor session', () => {
    const warned = withWarnings(payment, minute(999));
    expect(warned).toEqual({ ...payment, changes: [...payment.changes, warned.changes.at(-1)] });
    expect(warned.changes.at(-1)).toEqual({
      id: 'order-1.0.3',
      paymentId: 'order-1',
      incarnation: '0',
      sequence: 3,
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

  test('is not given before its time', () => {
    expect(withWarnings(payment, minute(2 * hour + 5))).toBe(payment);
    expect(withWarnings(payment, minute(2 * hour + 6))).not.toBe(payment);
  });

  test('that was due later waits: a task may still make it void', () => {
    const held = paymentOf('authorize', {
      ...orderRead('ordered', 9, { order_id: 'o' }),
      order: { at: minute(9), expires_at: minute(28 * day) },
    });
    const warned = withWarnings(held, minute(99 * day), minute(25 * day));
    expect(given(warned).map(({ reason }) => reason)).toEqual(['capture_deadline']);
    expect(warned.changes.at(-1)?.at).toBe(minute(99 * day));
  });

  test('and another one due at the same time get consecutive sequences', () => {
    const two = withWarnings(paymentOf('charge', stageReport('authorized', 5, tokenFacts('a', 5))), minute(999));
    expect(two.changes.slice(2).map(({ sequence, attention }) => `${sequence} ${attention?.reason}`)).toEqual([
      '3 authorization_expiring',
      '4 stuck',
    ]);
  });

  test('takes no room from the words of the session', () => {
    const restless = Array.from({ length: 46 }, (_, n) => sessionUpdate(n % 2 ? 'FAILED' : 'IN_PROGRESS', n));
    const warned = withWarnings(paymentOf('authorize'), minute(999 * hour));
    expect(given(warned)).toHaveLength(1);
    const after = restless.reduce((held, report) => applyReport(held, report)[0], warned);
    expect(after.changes.filter(({ attention }) => !attention)).toHaveLength(limits.changes);
  });

  test('is one of at most twenty', () => {
    let held = paymentOf(undefined, stageReport('authorized', 5));
    for (let n = 0; n < 30; n++) {
      [held] = applyReport(held, { ...stageReport('authorized', 100 * n, tokenFacts(`t${n}`, 100 * n)), id: `t${n}` });
      held = withWarnings(held, minute(100 * n + 59));
    }
    expect(given(held)).toHaveLength(limits.warnings);
    expect(held.changes.map(({ sequence }) => sequence)).toEqual(held.changes.map((_, n) => n + 1));
  });
});

describe('an authorization without its order', () => {
  const withToken = (flow: Flow) => paymentOf(flow, stageReport('authorized', 5, { customer_token_id: 't' }));

  test('is stuck after two hours, even if there is a customer token', () => {
    expect(due(withToken('buy_and_tokenize'))).toEqual([`stuck at ${6 + 2 * hour}`]);
  });

  test('is done if the payment only asked for a customer token', () => {
    expect(due(withToken('tokenize'))).toEqual([]);
  });
});

test('an order that was never read has no deadline', () => {
  expect(due(paymentOf('authorize', stageReport('ordered', 5, { order_id: 'o' })))).toEqual([]);
});
