import { describe, expect, test } from 'vitest';
import { apply } from '../../../lambdas/payment/apply.ts';
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
const asked = (flow: Flow | 'charge'): PaymentRequest => ({ flow, amount: 1000, currency: 'EUR', fingerprint: 'f' });
const opened: Report = {
  ...sessionUpdate('WAITING', 0, { hpp_session_id: 'h', expires_at: minute(47 * hour) }),
  id: 'opened',
};
const begun = (flow: Flow | 'charge' | undefined, ...reports: Report[]): Payment => {
  const { payment } = applyAll(opened, ...reports);
  return { ...payment, ...(flow && { request: asked(flow) }) };
};

/** What is warned of, and from which minute on. */
const due = (payment: Payment) =>
  pendingWarnings(payment).map(
    ({ at, attention }) => `${attention.reason} at ${(Date.parse(at) - Date.parse(minute(0))) / 60_000}`,
  );
const given = (payment: Payment): Attention[] =>
  payment.changes.flatMap(({ attention }) => (attention ? [attention] : []));

describe('an authorization in hand', () => {
  const inHand = stageReport('authorized', 5, tokenFacts('a', 5));

  test.each(['tokenize', 'buy_and_tokenize', 'charge', undefined] as const)(
    'of flow %s is warned of a quarter of an hour before it runs out',
    (flow) => {
      expect(due(begun(flow, inHand))[0]).toBe('authorization_expiring at 50');
      expect(pendingWarnings(begun(flow, inHand))[0]?.attention.deadline).toBe(minute(65));
    },
  );

  test.each(['capture', 'authorize', 'review'] as const)('of flow %s is Klarna’s to use', (flow) => {
    expect(due(begun(flow, inHand)).join()).not.toContain('authorization_expiring');
  });

  test('that made the customer token that was asked for is of no more use', () => {
    const payment = begun('tokenize', inHand);
    expect(due({ ...payment, facts: { ...payment.facts, customer_token_id: 'c' } })).toEqual([]);
    const bought = begun('buy_and_tokenize', inHand);
    expect(due({ ...bought, facts: { ...bought.facts, customer_token_id: 'c' } })[0]).toBe(
      'authorization_expiring at 50',
    );
  });

  test('that was used, or left, is warned of no more', () => {
    expect(due(begun(undefined, inHand, orderRead('ordered', 9, { order_id: 'o' })))).toEqual([]);
    expect(due(begun(undefined, inHand, tokenSpent('a', 7)))).toEqual([]);
    expect(due(begun(undefined, inHand, stageReport('rejected', 9)))).toEqual([]);
  });

  test('is warned of once, and another one on its own', () => {
    const warned = withWarnings(begun(undefined, inHand), minute(50));
    expect(given(warned)).toEqual([{ reason: 'authorization_expiring', deadline: minute(65) }]);
    expect(withWarnings(warned, minute(59))).toBe(warned);
    const [another] = apply(warned, { ...stageReport('authorized', 70, tokenFacts('b', 70)), id: 'b' });
    expect(given(withWarnings(another, minute(999)))).toHaveLength(2);
  });
});

describe('an order', () => {
  const until = (stage: 'ordered' | 'part_captured' | 'captured', at: number): Report => ({
    ...orderRead(stage, 9, { order_id: 'o' }),
    order: { at: minute(9), expires_at: minute(at) },
  });

  test.each(['ordered', 'part_captured'] as const)(
    'that is %s is warned of three days before its capture deadline',
    (stage) => {
      expect(due(begun('authorize', until(stage, 28 * day)))).toEqual([
        `capture_deadline at ${25 * day}`,
        `stuck at ${29 * day}`,
      ]);
    },
  );

  test('that is captured has no deadline any more', () => {
    expect(due(begun('authorize', until('captured', 28 * day)))).toEqual([]);
  });

  test('whose deadline moved is warned of anew', () => {
    const warned = withWarnings(begun('authorize', until('ordered', 3 * day)), minute(10));
    expect(given(warned)).toEqual([{ reason: 'capture_deadline', deadline: minute(3 * day) }]);
    const [extended] = apply(warned, {
      ...until('ordered', 28 * day),
      id: 'x',
      order: { at: minute(11), expires_at: minute(28 * day) },
    });
    expect(due(extended)).toContain(`capture_deadline at ${25 * day}`);
  });

  test('of unknown end is not warned of', () => {
    expect(due(begun('authorize', orderRead('ordered', 5, { order_id: 'o' })))).toEqual([]);
  });
});

describe('an order at Klarna that nobody claims', () => {
  const foreign = (order_id: string | undefined, more: Partial<Report> = {}): Report => ({
    ...orderRead('ordered', 9, order_id ? { order_id } : {}),
    doubt: 'merchant_reference2',
    ...more,
  });
  const cancelled = sessionUpdate('CANCELLED', 5);

  test('is warned of at once, by its name', () => {
    const payment = begun('authorize', cancelled, foreign('other'));
    expect(pendingWarnings(payment)).toEqual([
      { at: minute(10), attention: { reason: 'order_unclaimed', order_id: 'other' } },
    ]);
  });

  test('is warned of once, however often it is read', () => {
    const payment = begun('authorize', cancelled, foreign('other'), foreign('other', { id: 'again' }));
    expect(given(withWarnings(payment, minute(99)))).toHaveLength(1);
  });

  test('is no longer unclaimed when the payment claims it after all', () => {
    const payment = begun('authorize', foreign('other'), sessionUpdate('COMPLETED', 12, { order_id: 'other' }));
    expect(due(payment).join()).not.toContain('order_unclaimed');
  });

  test('that Klarna’s session tells of and does not name is warned of until the order is known', () => {
    const unnamed = foreign(undefined, { doubt: 'order_id' });
    expect(due(begun('authorize', cancelled, unnamed))).toEqual(['order_unclaimed at 10']);
    expect(due(begun('authorize', cancelled, { ...cancelled, id: 'n', facts: { order_id: 'o' } }, unnamed))).toEqual(
      [],
    );
  });

  test('is not what two ends of one session are', () => {
    expect(due(begun('authorize', cancelled, sessionUpdate('COMPLETED', 6)))).toEqual([]);
  });
});

describe('a payment that stays in its stage for too long', () => {
  test.each([
    ['created', begun('authorize'), 72 * hour],
    ['in_progress', begun('authorize', sessionUpdate('IN_PROGRESS', 3)), 72 * hour],
    ['in_progress, of somebody else', begun(undefined, sessionUpdate('IN_PROGRESS', 3)), 72 * hour],
    ['authorized', begun('authorize', stageReport('authorized', 5)), 2 * hour + 6],
    ['pending', begun('review', orderRead('pending', 5, { order_id: 'o' })), 25 * hour + 6],
  ])('%s is warned of', (_, payment, at) => {
    expect(due(payment)).toEqual([`stuck at ${at}`]);
  });

  test.each([
    ['authorized of somebody else, who may have used it', begun(undefined, stageReport('authorized', 5))],
    ['a session that nobody can read', applyAll(sessionUpdate('IN_PROGRESS', 3)).payment],
    ['cancelled', begun('authorize', sessionUpdate('CANCELLED', 5))],
    ['refunded', begun('authorize', orderRead('refunded', 5, { order_id: 'o' }))],
    ['captured', begun('authorize', orderRead('captured', 5, { order_id: 'o' }))],
  ])('%s is not', (_, payment) => {
    expect(due(payment)).toEqual([]);
  });

  test('without a known end of its session is given 48 hours for it', () => {
    const { payment } = applyAll();
    expect(due({ ...payment, request: asked('authorize') })).toEqual([`stuck at ${73 * hour}`]);
  });

  test('tells since when', () => {
    const payment = begun('review', orderRead('pending', 5, { order_id: 'o' }), {
      ...orderRead('pending', 35, { order_id: 'o' }),
      id: 'l',
    });
    expect(pendingWarnings(payment)[0]?.attention).toEqual({ reason: 'stuck', since: minute(6) });
  });

  test('is told of anew in another stage', () => {
    const warned = withWarnings(begun('authorize', stageReport('authorized', 5)), minute(2 * hour + 6));
    expect(given(warned)).toHaveLength(1);
    expect(due(apply(warned, orderRead('pending', 200, { order_id: 'o' }))[0])).toEqual([
      `stuck at ${25 * hour + 201}`,
    ]);
  });
});

describe('an operation without an answer', () => {
  const asking = (kind: 'capture' | 'session'): Payment => ({
    ...begun('authorize', sessionUpdate('CANCELLED', 5)),
    operations: [{ id: 'op', kind, fingerprint: 'f', askedAt: minute(10) }],
  });

  test('is warned of when Klarna forgets its key', () => {
    expect(pendingWarnings(asking('capture'))).toEqual([
      { at: minute(day + 10), attention: { reason: 'operation_unanswered', since: minute(10), operation: 'op' } },
    ]);
  });

  test('that is answered, or the making of a session, is not', () => {
    expect(due(apply(asking('capture'), operationResult({ id: 'op', kind: 'capture' }, 'SUCCESS', 12))[0])).toEqual([]);
    expect(due(asking('session'))).toEqual([]);
  });
});

describe('a warning', () => {
  const payment = begun('authorize', stageReport('authorized', 5));

  test('is the next change of its payment, and moves neither stage nor word', () => {
    const warned = withWarnings(payment, minute(999));
    expect(warned).toEqual({ ...payment, changes: [...payment.changes, warned.changes.at(-1)] });
    expect(warned.changes.at(-1)).toEqual({
      id: 'order-1.3',
      paymentId: 'order-1',
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

  test('that was due later waits for what may make it void', () => {
    const held = begun('authorize', {
      ...orderRead('ordered', 9, { order_id: 'o' }),
      order: { at: minute(9), expires_at: minute(28 * day) },
    });
    const warned = withWarnings(held, minute(99 * day), minute(25 * day));
    expect(given(warned).map(({ reason }) => reason)).toEqual(['capture_deadline']);
    expect(warned.changes.at(-1)?.at).toBe(minute(99 * day));
  });

  test('and another that is due with it follow one another', () => {
    const two = withWarnings(begun('charge', stageReport('authorized', 5, tokenFacts('a', 5))), minute(999));
    expect(two.changes.slice(2).map(({ sequence, attention }) => `${sequence} ${attention?.reason}`)).toEqual([
      '3 authorization_expiring',
      '4 stuck',
    ]);
  });

  test('takes no room from the words of the session', () => {
    const restless = Array.from({ length: 46 }, (_, n) => sessionUpdate(n % 2 ? 'FAILED' : 'IN_PROGRESS', n));
    const warned = withWarnings(begun('authorize'), minute(999 * hour));
    expect(given(warned)).toHaveLength(1);
    const after = restless.reduce((held, report) => apply(held, report)[0], warned);
    expect(after.changes.filter(({ attention }) => !attention)).toHaveLength(limits.changes);
  });

  test('is one of twenty at most', () => {
    let held = begun(undefined, stageReport('authorized', 5));
    for (let n = 0; n < 30; n++) {
      [held] = apply(held, { ...stageReport('authorized', 100 * n, tokenFacts(`t${n}`, 100 * n)), id: `t${n}` });
      held = withWarnings(held, minute(100 * n + 59));
    }
    expect(given(held)).toHaveLength(limits.warnings);
    expect(held.changes.map(({ sequence }) => sequence)).toEqual(held.changes.map((_, n) => n + 1));
  });
});

describe('an authorization without its order', () => {
  const withToken = (flow: Flow) => begun(flow, stageReport('authorized', 5, { customer_token_id: 't' }));

  test('is stuck after two hours, also where the customer token is there', () => {
    expect(due(withToken('buy_and_tokenize'))).toEqual([`stuck at ${6 + 2 * hour}`]);
  });

  test('is all that was wanted where only the customer token was', () => {
    expect(due(withToken('tokenize'))).toEqual([]);
  });
});

test('an order that was never read has no deadline to miss', () => {
  expect(due(begun('authorize', stageReport('ordered', 5, { order_id: 'o' })))).toEqual([]);
});
