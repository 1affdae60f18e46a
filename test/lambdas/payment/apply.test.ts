import { describe, expect, test } from 'vitest';
import { apply } from '../../../lambdas/payment/apply.ts';
import type { Facts } from '../../../lambdas/payment/facts.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import {
  applyAll,
  minute,
  operationResult,
  orderRead,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';

const published = (...reports: Parameters<typeof applyAll>) =>
  applyAll(...reports).payment.changes.map(
    ({ sequence, pspStatus, stage }) => `${sequence} ${pspStatus} ${stage.from}>${stage.to}`,
  );

test('a shopper who is declined and then succeeds is one gapless story', () => {
  expect(
    published(
      sessionUpdate('IN_PROGRESS', 1),
      sessionUpdate('FAILED', 2),
      sessionUpdate('IN_PROGRESS', 3),
      sessionUpdate('COMPLETED', 4),
    ),
  ).toEqual([
    '1 IN_PROGRESS created>in_progress',
    '2 FAILED in_progress>in_progress',
    '3 IN_PROGRESS in_progress>in_progress',
    '4 COMPLETED in_progress>authorized',
  ]);
});

test('a change carries everything that a subscriber needs', () => {
  expect(applyAll(sessionUpdate('CANCELLED', 5)).payment.changes).toEqual([
    {
      id: 'order-1.1',
      paymentId: 'order-1',
      sequence: 1,
      stage: { from: 'created', to: 'cancelled' },
      pspStatus: 'CANCELLED',
      state: 'ERROR',
      code: 'FAILED',
      final: true,
      at: minute(5),
      observedAt: minute(6),
      observedVia: 'status_update',
      verifiedBy: 'url_secret',
    },
  ]);
});

test('the first word of a session is published even when it moves no stage', () => {
  expect(published(sessionUpdate('WAITING', 1))).toEqual(['1 WAITING created>created']);
});

test('an unknown word is published, moves no stage and ends nothing', () => {
  const { payment, outcomes } = applyAll(
    sessionUpdate('IN_PROGRESS', 1),
    sessionUpdate('MANUAL_ID_CHECK', 2),
    sessionUpdate('COMPLETED', 3),
  );
  expect(outcomes).toEqual(['advanced', 'advanced', 'advanced']);
  expect(payment.stage).toBe('authorized');
  expect(payment.changes[1]?.stage).toEqual({ from: 'in_progress', to: 'in_progress' });
});

describe('repeats', () => {
  test('a telling that was heard before is a duplicate and leaves the very payment', () => {
    const once = applyAll(sessionUpdate('IN_PROGRESS', 1)).payment;
    const twice = applyAll(sessionUpdate('IN_PROGRESS', 1), sessionUpdate('IN_PROGRESS', 1));
    expect(twice.outcomes).toEqual(['advanced', 'duplicate']);
    expect(twice.payment).toEqual(once);
  });

  test('another telling of what we hold is a duplicate too', () => {
    const { payment, outcomes } = applyAll(stageReport('authorized', 1), {
      ...stageReport('authorized', 1),
      id: 'another',
    });
    expect(outcomes).toEqual(['advanced', 'duplicate']);
    expect(payment.recentReports).toHaveLength(1);
  });

  test.each(['FAILED', 'COMPLETED'] as const)('%s told once more with the same date is a duplicate too', (word) => {
    const { payment, outcomes } = applyAll(sessionUpdate(word, 1), { ...sessionUpdate(word, 1), id: 'another' });
    expect(outcomes).toEqual(['advanced', 'duplicate']);
    expect(payment.recentReports).toHaveLength(1);
  });

  test('two hints of one moment are one', () => {
    expect(applyAll(readHint('order', 1), { ...readHint('order', 1), id: 'another' }).outcomes).toEqual([
      'noted',
      'duplicate',
    ]);
  });

  test('a hint that was heard before asks for nothing again', () => {
    const again = { ...readHint('order', 1), observedAt: minute(30) };
    expect(applyAll(readHint('order', 1), again)).toEqual({
      ...applyAll(readHint('order', 1)),
      outcomes: ['noted', 'duplicate'],
    });
  });
});

describe('late tellings', () => {
  test('a late decline after the completion moves nothing', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('COMPLETED', 3), sessionUpdate('FAILED', 2));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.session).toEqual({ word: 'COMPLETED', at: minute(3), final: true });
    expect(payment.changes).toHaveLength(1);
  });

  test('a final word beats a later one that is not', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('IN_PROGRESS', 9), sessionUpdate('COMPLETED', 3));
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.session?.word).toBe('COMPLETED');
    expect(applyAll(sessionUpdate('COMPLETED', 3), sessionUpdate('IN_PROGRESS', 9)).outcomes).toEqual([
      'advanced',
      'late',
    ]);
  });

  test('of two words that end nothing the later one counts', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('FAILED', 5), sessionUpdate('BACK', 4));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.session?.word).toBe('FAILED');
  });

  test('of two words of one moment the choice does not depend on their order', () => {
    expect(applyAll(sessionUpdate('FAILED', 5), sessionUpdate('BACK', 5)).payment.session?.word).toBe('FAILED');
    expect(applyAll(sessionUpdate('BACK', 5), sessionUpdate('FAILED', 5)).payment.session?.word).toBe('FAILED');
    expect(applyAll(sessionUpdate('FAILED', 5), sessionUpdate('BACK', 5)).outcomes).toEqual(['advanced', 'duplicate']);
  });

  test('a late authorization keeps its token and moves nothing back', () => {
    const { payment, outcomes } = applyAll(stageReport('ordered', 5), stageReport('authorized', 2, tokenFacts('a', 2)));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.stage).toBe('ordered');
    expect(payment.facts).toEqual(tokenFacts('a', 2));
    expect(payment.changes).toHaveLength(1);
  });

  test('a session word may move while its stage trails', () => {
    const { payment, outcomes } = applyAll(stageReport('authorized', 1), sessionUpdate('FAILED', 2));
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.changes[1]?.stage).toEqual({ from: 'authorized', to: 'authorized' });
  });
});

describe('the session register', () => {
  test('a word told again later is dated anew and not published', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('IN_PROGRESS', 1), sessionUpdate('IN_PROGRESS', 3));
    expect(outcomes).toEqual(['advanced', 'noted']);
    expect(payment.session?.at).toBe(minute(3));
    expect(payment.changes).toHaveLength(1);
  });

  test('a word told again with an older date trails', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('IN_PROGRESS', 3), sessionUpdate('IN_PROGRESS', 1));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.session?.at).toBe(minute(3));
  });

  test('an end is dated from its earliest telling', () => {
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

  test('how far the payment got is no word of the session', () => {
    expect(applyAll(stageReport('authorized', 1)).payment.session).toBeUndefined();
    expect(applyAll(sessionUpdate('IN_PROGRESS', 1), stageReport('authorized', 2)).payment.session?.word).toBe(
      'IN_PROGRESS',
    );
  });

  test('an authorization then a cancelled session is a cancelled payment', () => {
    expect(applyAll(stageReport('authorized', 1), sessionUpdate('CANCELLED', 2)).payment.stage).toBe('cancelled');
  });
});

describe('facts and looks', () => {
  test('a hint keeps the order that it names, says what to read and since when, and publishes nothing', () => {
    const { payment, outcomes } = applyAll(readHint('order', 1, 'o'));
    expect(outcomes).toEqual(['noted']);
    expect(payment.hintedOrder).toEqual({ order_id: 'o', observedAt: minute(2) });
    expect(payment.readRequests).toEqual({ order: minute(2) });
    expect(payment.changes).toEqual([]);
    expect(payment.stage).toBe('created');
  });

  test('the later of two hints counts, told in either order', () => {
    expect(applyAll(readHint('order', 1), readHint('order', 5)).payment.readRequests).toEqual({ order: minute(6) });
    expect(applyAll(readHint('order', 5), readHint('order', 1)).payment.readRequests).toEqual({ order: minute(6) });
    expect(applyAll(readHint('order', 5), readHint('order', 1)).outcomes).toEqual(['noted', 'duplicate']);
  });

  test('the order of a hint is read, not believed: a word that names another one is no contradiction', () => {
    const { payment, outcomes } = applyAll(
      readHint('order', 1, 'wrong'),
      sessionUpdate('COMPLETED', 2, { order_id: 'real' }),
    );
    expect(outcomes).toEqual(['noted', 'advanced']);
    expect(payment.facts).toEqual({ order_id: 'real' });
  });

  test('the last hinted order counts, told in either order', () => {
    const last = { order_id: 'b', observedAt: minute(6) };
    expect(applyAll(readHint('order', 1, 'a'), readHint('order', 5, 'b')).payment.hintedOrder).toEqual(last);
    expect(applyAll(readHint('order', 5, 'b'), readHint('order', 1, 'a')).payment.hintedOrder).toEqual(last);
    expect(applyAll(readHint('order', 5, 'a'), readHint('order', 5, 'b')).payment.hintedOrder).toEqual(last);
    expect(applyAll(readHint('order', 5, 'b'), readHint('order', 5, 'a')).payment.hintedOrder).toEqual(last);
    expect(applyAll(readHint('order', 5, 'b'), readHint('order', 6)).payment.hintedOrder).toEqual(last);
  });

  test('an order hinted at in a moment that has a hint already is noted', () => {
    expect(applyAll(readHint('order', 5), readHint('order', 5, 'a')).outcomes).toEqual(['noted', 'noted']);
    expect(applyAll(readHint('order', 5, 'b'), { ...readHint('order', 5, 'b'), id: 'another' }).outcomes).toEqual([
      'noted',
      'duplicate',
    ]);
  });

  test('session and order are looked at independently', () => {
    expect(applyAll(readHint('order', 1), readHint('session', 5)).payment.readRequests).toEqual({
      order: minute(2),
      session: minute(6),
    });
  });

  test('a telling that adds a fact and moves nothing is noted', () => {
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

describe('a pause after failures', () => {
  const backoff = { count: 9, until: minute(59) };
  const heard = (facts: Facts): Payment =>
    apply({ ...applyAll().payment, backoff }, stageReport('authorized', 2, facts))[0];

  test('are over when a token arrives, which cannot wait for an hour', () => {
    expect(heard(tokenFacts('a', 2)).backoff).toBeUndefined();
  });

  test.each([
    ['that is known', 'b', { ...tokenFacts('b', 3), kp_session_id: 'k' }],
    ['that has left', 'c', { authorizations: [{ fingerprint: 'c', at: minute(3) }] }],
  ])('are not over by a token %s', (_, __, facts) => {
    const held = applyAll(
      stageReport('authorized', 1, tokenFacts('a', 1)),
      stageReport('authorized', 2, tokenFacts('b', 2)),
    ).payment;
    expect(apply({ ...held, backoff }, stageReport('authorized', 3, facts))[0].backoff).toEqual(backoff);
  });

  test('are over when another token than those that are known arrives, alone or beside one of them', () => {
    const held = { ...applyAll(stageReport('authorized', 1, tokenFacts('a', 1))).payment, backoff };
    const [known = [], fresh = []] = [tokenFacts('a', 1).authorizations, tokenFacts('b', 3).authorizations];
    const heardWith = (authorizations: Facts['authorizations']) =>
      apply(held, stageReport('authorized', 3, { authorizations }))[0];
    expect(heardWith(fresh).backoff).toBeUndefined();
    expect(heardWith([...known, ...fresh]).backoff).toBeUndefined();
  });

  test('are not over by anything else that Klarna tells', () => {
    expect(heard({ kp_session_id: 'k' }).backoff).toEqual(backoff);
  });
});

describe('a decision of the risk team', () => {
  const read = (at: number, fraud_status?: string) => ({
    ...orderRead('captured', at),
    order: { at: minute(at), fraud_status },
  });

  test('is published after a capture too, where it moves no stage', () => {
    const { payment, outcomes } = applyAll(read(1, 'ACCEPTED'), read(2, 'REJECTED'));
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.changes.at(-1)).toMatchObject({ sequence: 2, stage: { from: 'captured', to: 'captured' } });
  });

  test.each([
    ['the same', read(1, 'ACCEPTED'), read(2, 'ACCEPTED')],
    ['the first that is known', read(1), read(2, 'ACCEPTED')],
    ['none any more', read(1, 'ACCEPTED'), read(2)],
    ['the first reading at all', stageReport('captured', 1), read(2, 'ACCEPTED')],
    ['no reading', read(1, 'ACCEPTED'), stageReport('captured', 2)],
  ])('that is %s is no change', (_, first, second) => {
    expect(applyAll(first, second).payment.changes).toHaveLength(1);
  });
});

describe('an order that turns up after the session ran out', () => {
  const expired = (more: Partial<Payment>): Payment => ({
    ...applyAll().payment,
    stage: 'expired',
    session: { word: 'NOT_FOUND', at: minute(1), final: true },
    ...more,
  });
  const outcome = (payment: Payment, facts: Facts) => apply(payment, sessionUpdate('IN_PROGRESS', 2, facts))[1];

  test('is a contradiction, where none was known', () => {
    expect(outcome(expired({}), { order_id: 'o' })).toBe('conflict');
  });

  test.each([
    ['was known', expired({ facts: { order_id: 'o' } }), { order_id: 'o' }],
    ['is not named', expired({}), { klarna_reference: 'k' }],
    [
      'belongs to an authorization that ran out',
      expired({ session: { word: 'BACK', at: minute(1), final: false } }),
      { order_id: 'o' },
    ],
  ])('is none where it %s', (_, payment, facts) => {
    expect(outcome(payment, facts)).not.toBe('conflict');
  });
});

describe('contradictions', () => {
  test('an order that is read as it ended, or says nothing that we know, contradicts no end', () => {
    const { statement: _, ...speechless } = orderRead('cancelled', 3);
    expect(applyAll(sessionUpdate('CANCELLED', 1), orderRead('cancelled', 2)).outcomes).not.toContain('conflict');
    expect(applyAll(sessionUpdate('CANCELLED', 1), speechless).outcomes).not.toContain('conflict');
  });

  test('an older stage of an order that goes on contradicts nothing', () => {
    expect(applyAll(stageReport('captured', 1), orderRead('ordered', 2)).outcomes).toEqual(['advanced', 'late']);
  });

  test('two different ends of one session: the first stays, the second is kept, not applied', () => {
    const { payment, outcomes } = applyAll(
      sessionUpdate('COMPLETED', 1),
      sessionUpdate('CANCELLED', 2, { order_id: 'o' }),
    );
    expect(outcomes).toEqual(['advanced', 'conflict']);
    expect(payment.stage).toBe('authorized');
    expect(payment.session?.word).toBe('COMPLETED');
    expect(payment.facts).toEqual({});
    expect(payment.changes).toHaveLength(1);
    expect(payment.conflicts).toEqual([sessionUpdate('CANCELLED', 2, { order_id: 'o' })]);
  });

  test('a stage that no step leads to or from is a contradiction', () => {
    expect(applyAll(stageReport('captured', 1), stageReport('cancelled', 2)).outcomes).toEqual([
      'advanced',
      'conflict',
    ]);
    expect(applyAll(stageReport('captured', 1), stageReport('cancelled', 2)).payment.stage).toBe('captured');
  });

  test('another order than ours is a contradiction, even when it would move the payment on', () => {
    const { payment, outcomes } = applyAll(
      stageReport('ordered', 1, { order_id: 'a' }),
      stageReport('captured', 2, { order_id: 'b' }),
    );
    expect(outcomes).toEqual(['advanced', 'conflict']);
    expect(payment.stage).toBe('ordered');
    expect(payment.facts.order_id).toBe('a');
  });

  test('Klarna is asked what is true: the order where there is one, else the session', () => {
    expect(applyAll(sessionUpdate('CANCELLED', 1), sessionUpdate('COMPLETED', 2)).payment.readRequests).toEqual({
      session: minute(3),
    });
    expect(
      applyAll(sessionUpdate('CANCELLED', 1, { order_id: 'o' }), sessionUpdate('COMPLETED', 2)).payment.readRequests,
    ).toEqual({
      order: minute(3),
    });
  });

  test.each(['cancelled', 'rejected', 'expired', 'disabled'] as const)(
    'an order that stands although the payment was %s before there was one',
    (stage) => {
      const { payment, outcomes } = applyAll(stageReport(stage, 1), orderRead('ordered', 2, { order_id: 'o' }));
      expect(outcomes).toEqual(['advanced', 'conflict']);
      expect(payment).toMatchObject({ stage, facts: {} });
    },
  );

  test('an order that was read before it was cancelled is no contradiction, only late', () => {
    const { outcomes } = applyAll(
      orderRead('cancelled', 2, { order_id: 'o' }),
      orderRead('ordered', 1, { order_id: 'o' }),
    );
    expect(outcomes).toEqual(['advanced', 'late']);
  });

  test('an operation that names another order than ours has its answer all the same, and is told of once', () => {
    const asked = { id: 'op', kind: 'charge', fingerprint: 'f', askedAt: minute(1) } as const;
    const [before] = apply(
      { ...applyAll().payment, operations: [asked] },
      stageReport('ordered', 2, { order_id: 'a' }),
    );
    const answer = { ...operationResult({ id: 'op', kind: 'charge' }, 'SUCCESS', 3), facts: { order_id: 'b' } };
    const [after, outcome] = apply(before, answer);
    expect(outcome).toBe('conflict');
    expect(after).toMatchObject({ facts: { order_id: 'a' }, conflicts: [{ facts: { order_id: 'b' } }] });
    expect(after.operations).toMatchObject([{ result: { state: 'SUCCESS' } }]);
    expect(after.changes.at(-1)).toMatchObject({ sequence: 2, operation: { id: 'op' } });
    expect(apply(after, answer)).toEqual([after, 'duplicate']);
  });

  test('what is kept of a contradiction holds no token', () => {
    const { payment } = applyAll(sessionUpdate('CANCELLED', 1), sessionUpdate('COMPLETED', 2, tokenFacts('a', 2)));
    expect(payment.conflicts).toMatchObject([{ facts: { authorizations: [{ fingerprint: 'a', at: minute(2) }] } }]);
    expect(JSON.stringify(payment)).not.toContain('sealed');
  });

  test('a repeated contradiction is a duplicate', () => {
    const { payment, outcomes } = applyAll(
      sessionUpdate('CANCELLED', 1),
      sessionUpdate('COMPLETED', 2),
      sessionUpdate('COMPLETED', 2),
    );
    expect(outcomes).toEqual(['advanced', 'conflict', 'duplicate']);
    expect(payment.conflicts).toHaveLength(1);
  });
});

test('what was heard is remembered with what became of it', () => {
  expect(
    applyAll(sessionUpdate('COMPLETED', 3), sessionUpdate('FAILED', 2), sessionUpdate('CANCELLED', 4)).payment
      .recentReports,
  ).toEqual([
    {
      id: 'COMPLETED@3',
      source: 'status_update',
      word: 'COMPLETED',
      at: minute(3),
      observedAt: minute(4),
      outcome: 'advanced',
    },
    { id: 'FAILED@2', source: 'status_update', word: 'FAILED', at: minute(2), observedAt: minute(3), outcome: 'late' },
    {
      id: 'CANCELLED@4',
      source: 'status_update',
      word: 'CANCELLED',
      at: minute(4),
      observedAt: minute(5),
      outcome: 'conflict',
    },
  ]);
});

test('a payment nobody told anything about stands at its beginning', () => {
  expect(applyAll().payment).toEqual({
    id: 'order-1',
    version: 0,
    account: 'default',
    stage: 'created',
    facts: {},
    operations: [],
    recentReports: [],
    changes: [],
    conflicts: [],
    readRequests: {},
    lastReads: {},
    unpublishedMoves: 0,
    openedAt: minute(0),
  });
});
