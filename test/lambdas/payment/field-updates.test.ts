import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../lambdas/payment/apply.ts';
import type { Facts } from '../../../lambdas/payment/facts.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import {
  applyAll,
  minute,
  orderRead,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';

describe('the session', () => {
  test('a word that is repeated later gets the later date and is not published', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('IN_PROGRESS', 1), sessionUpdate('IN_PROGRESS', 3));
    expect(outcomes).toEqual(['advanced', 'noted']);
    expect(payment.session?.at).toBe(minute(3));
    expect(payment.changes).toHaveLength(1);
  });

  test('a word that is repeated with an older date is late', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('IN_PROGRESS', 3), sessionUpdate('IN_PROGRESS', 1));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.session?.at).toBe(minute(3));
  });

  test('a final word keeps the date of its earliest report', () => {
    expect(applyAll(sessionUpdate('COMPLETED', 3), sessionUpdate('COMPLETED', 2)).payment.session?.at).toBe(minute(2));
    expect(applyAll(sessionUpdate('COMPLETED', 3), sessionUpdate('COMPLETED', 2)).outcomes).toEqual([
      'advanced',
      'noted',
    ]);
    expect(applyAll(sessionUpdate('COMPLETED', 2), sessionUpdate('COMPLETED', 3)).payment.session?.at).toBe(minute(2));
    expect(applyAll(sessionUpdate('COMPLETED', 2), sessionUpdate('COMPLETED', 3)).outcomes).toEqual([
      'advanced',
      'duplicate',
    ]);
  });

  test('a report of a stage is no word of the session', () => {
    expect(applyAll(stageReport('authorized', 1)).payment.session).toBeUndefined();
    expect(applyAll(sessionUpdate('IN_PROGRESS', 1), stageReport('authorized', 2)).payment.session?.word).toBe(
      'IN_PROGRESS',
    );
  });

  test('a session that is cancelled after an authorization cancels the payment', () => {
    expect(applyAll(stageReport('authorized', 1), sessionUpdate('CANCELLED', 2)).payment.stage).toBe('cancelled');
  });
});

describe('facts and requested reads', () => {
  test('a report that adds nothing and is no read changes nothing', () => {
    const { payment } = applyAll(sessionUpdate('IN_PROGRESS', 1));
    expect(applyReport(payment, { ...sessionUpdate('IN_PROGRESS', 1), id: 'another event' })[0]).toBe(payment);
  });

  test('a conflict that a callback caused requests a read', () => {
    expect(applyAll(sessionUpdate('COMPLETED', 1), sessionUpdate('CANCELLED', 2)).payment.readRequests).toEqual({
      session: minute(3),
    });
  });

  test('a hint requests a read, keeps the order that it names and publishes nothing', () => {
    const { payment, outcomes } = applyAll(readHint('order', 1, 'o'));
    expect(outcomes).toEqual(['noted']);
    expect(payment.hintedOrder).toEqual({ order_id: 'o', observedAt: minute(2) });
    expect(payment.readRequests).toEqual({ order: minute(2) });
    expect(payment.changes).toEqual([]);
    expect(payment.stage).toBe('created');
  });

  test('the later of two requests for a read counts, in either order', () => {
    expect(applyAll(readHint('order', 1), readHint('order', 5)).payment.readRequests).toEqual({ order: minute(6) });
    expect(applyAll(readHint('order', 5), readHint('order', 1)).payment.readRequests).toEqual({ order: minute(6) });
    expect(applyAll(readHint('order', 5), readHint('order', 1)).outcomes).toEqual(['noted', 'duplicate']);
  });

  test('a hinted order is read, not believed: another order in a later report is no conflict', () => {
    const { payment, outcomes } = applyAll(
      readHint('order', 1, 'wrong'),
      sessionUpdate('COMPLETED', 2, { order_id: 'real' }),
    );
    expect(outcomes).toEqual(['noted', 'advanced']);
    expect(payment.facts).toEqual({ order_id: 'real' });
  });

  test('the last hinted order counts, in either order', () => {
    const last = { order_id: 'b', observedAt: minute(6) };
    expect(applyAll(readHint('order', 1, 'a'), readHint('order', 5, 'b')).payment.hintedOrder).toEqual(last);
    expect(applyAll(readHint('order', 5, 'b'), readHint('order', 1, 'a')).payment.hintedOrder).toEqual(last);
    expect(applyAll(readHint('order', 5, 'a'), readHint('order', 5, 'b')).payment.hintedOrder).toEqual(last);
    expect(applyAll(readHint('order', 5, 'b'), readHint('order', 5, 'a')).payment.hintedOrder).toEqual(last);
    expect(applyAll(readHint('order', 5, 'b'), readHint('order', 6)).payment.hintedOrder).toEqual(last);
  });

  test('an order that is hinted at the moment of another hint is noted', () => {
    expect(applyAll(readHint('order', 5), readHint('order', 5, 'a')).outcomes).toEqual(['noted', 'noted']);
    expect(applyAll(readHint('order', 5, 'b'), { ...readHint('order', 5, 'b'), id: 'another' }).outcomes).toEqual([
      'noted',
      'duplicate',
    ]);
  });

  test('reads of session and order are requested independently', () => {
    expect(applyAll(readHint('order', 1), readHint('session', 5)).payment.readRequests).toEqual({
      order: minute(2),
      session: minute(6),
    });
  });

  test('a report that adds a fact and moves nothing is noted', () => {
    const { payment, outcomes } = applyAll(stageReport('authorized', 1), {
      ...sessionUpdate('COMPLETED', 2, { order_id: 'o' }),
    });
    expect(outcomes).toEqual(['advanced', 'advanced']);
    const more = applyAll(stageReport('authorized', 1), stageReport('authorized', 2, { kp_session_id: 'k' }));
    expect(more.outcomes).toEqual(['advanced', 'noted']);
    expect(more.payment.facts).toEqual({ kp_session_id: 'k' });
    expect(payment.facts).toEqual({ order_id: 'o' });
  });
});

describe('the backoff', () => {
  const backoff = { count: 9, until: minute(59) };
  const updated = (facts: Facts): Payment =>
    applyReport({ ...applyAll().payment, backoff }, stageReport('authorized', 2, facts))[0];

  test('ends when a token arrives, which cannot wait for an hour', () => {
    expect(updated(tokenFacts('a', 2)).backoff).toBeUndefined();
  });

  test.each([
    ['that is known', 'b', { ...tokenFacts('b', 3), kp_session_id: 'k' }],
    ['that is discarded', 'c', { authorizations: [{ fingerprint: 'c', at: minute(3) }] }],
  ])('does not end with a token %s', (_, __, facts) => {
    const held = applyAll(
      stageReport('authorized', 1, tokenFacts('a', 1)),
      stageReport('authorized', 2, tokenFacts('b', 2)),
    ).payment;
    expect(applyReport({ ...held, backoff }, stageReport('authorized', 3, facts))[0].backoff).toEqual(backoff);
  });

  test('ends when a new token arrives, alone or beside a known one', () => {
    const held = { ...applyAll(stageReport('authorized', 1, tokenFacts('a', 1))).payment, backoff };
    const [known = [], fresh = []] = [tokenFacts('a', 1).authorizations, tokenFacts('b', 3).authorizations];
    const afterTokens = (authorizations: Facts['authorizations']) =>
      applyReport(held, stageReport('authorized', 3, { authorizations }))[0];
    expect(afterTokens(fresh).backoff).toBeUndefined();
    expect(afterTokens([...known, ...fresh]).backoff).toBeUndefined();
  });

  test('does not end with other facts', () => {
    expect(updated({ kp_session_id: 'k' }).backoff).toEqual(backoff);
  });
});

describe('a read of the order', () => {
  const order = { order_id: 'o' };
  const ordered = orderRead('ordered', 5, order);
  const again = (at: number, more: Partial<Report> = {}): Report => ({ ...orderRead('ordered', at, order), ...more });

  test('keeps what was read, and when', () => {
    expect(applyAll(ordered).payment).toMatchObject({
      stage: 'ordered',
      lastReads: { order: minute(5) },
      order: { at: minute(5), status: 'ORDERED' },
    });
  });

  test('that adds nothing only updates the time of the last read', () => {
    const { payment } = applyAll(ordered);
    const [after, outcome] = applyReport(payment, again(9));
    expect(outcome).toBe('duplicate');
    expect(after).toEqual({ ...payment, lastReads: { order: minute(9) }, order: { ...payment.order, at: minute(9) } });
  });

  test('that is repeated changes nothing', () => {
    const { payment } = applyAll(ordered);
    expect(applyReport(payment, ordered)).toEqual([payment, 'duplicate']);
    expect(applyReport(payment, ordered)[0]).toBe(payment);
  });

  test('with the same id that started later still counts as the last read', () => {
    const { payment } = applyAll(ordered);
    const repeat = { ...ordered, read: { target: 'order', startedAt: minute(9) } } as const;
    expect(applyReport(payment, repeat)).toEqual([{ ...payment, lastReads: { order: minute(9) } }, 'duplicate']);
  });

  test('that is older and arrives late undoes nothing', () => {
    const { payment } = applyAll(again(9, { order: { at: minute(9), captured_amount: 5 } }));
    const [after] = applyReport(payment, ordered);
    expect(after.lastReads).toEqual({ order: minute(9) });
    expect(after.order).toEqual({ at: minute(9), captured_amount: 5 });
  });

  test('with its fields in another order, or with undefined ones, adds nothing', () => {
    const { payment } = applyAll(ordered);
    const same = { currency: 'EUR', expires_at: undefined, status: 'ORDERED', order_amount: 1000, at: minute(9) };
    expect(applyReport(payment, again(9, { order: same }))[1]).toBe('duplicate');
    expect(applyReport(payment, again(9, { order: { ...same, currency: 'SEK' } }))[1]).toBe('noted');
  });

  test('with other amounts is noted', () => {
    const { payment } = applyAll(ordered);
    const [after, outcome] = applyReport(
      payment,
      again(9, { order: { at: minute(9), status: 'ORDERED', captured_amount: 5 } }),
    );
    expect(outcome).toBe('noted');
    expect(after.order).toMatchObject({ captured_amount: 5 });
  });

  test('that differs from the request of the payment is a conflict, and requests no further read', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('COMPLETED', 1), again(5, { doubt: 'order_amount' }));
    expect(outcomes.at(-1)).toBe('conflict');
    expect(payment).toMatchObject({
      stage: 'authorized',
      conflicts: [{ doubt: 'order_amount' }],
      lastReads: { order: minute(5) },
      readRequests: {},
    });
  });

  test('that finds an order after its session expired is a conflict', () => {
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

  test('that finds a known order after it expired is no conflict', () => {
    expect(
      applyAll(sessionUpdate('COMPLETED', 1), ordered, orderRead('expired', 6, order), again(9)).outcomes,
    ).not.toContain('conflict');
  });

  test('that finds an expired order without any session is no conflict either', () => {
    expect(applyAll(orderRead('expired', 6), ordered).outcomes).toEqual(['advanced', 'late']);
  });

  test('ends the backoff, and a callback does not', () => {
    const backoff = { count: 3, until: minute(60) };
    const payment: Payment = { ...applyAll().payment, backoff };
    expect(applyReport(payment, readHint('order', 1))[0].backoff).toEqual(backoff);
    expect(applyReport(payment, ordered)[0].backoff).toBeUndefined();
  });
});
