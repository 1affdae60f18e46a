import { describe, expect, test } from 'vitest';
import { apply } from '../../../lambdas/payment/apply.ts';
import type { Facts } from '../../../lambdas/payment/facts.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { finishes, hints, minute, reaches, reads, says, token, told } from '../../support/reports.ts';

const published = (...reports: Parameters<typeof told>) =>
  told(...reports).payment.changes.map(
    ({ sequence, pspStatus, stage }) => `${sequence} ${pspStatus} ${stage.from}>${stage.to}`,
  );

test('a shopper who is declined and then succeeds is one gapless story', () => {
  expect(published(says('IN_PROGRESS', 1), says('FAILED', 2), says('IN_PROGRESS', 3), says('COMPLETED', 4))).toEqual([
    '1 IN_PROGRESS created>in_progress',
    '2 FAILED in_progress>in_progress',
    '3 IN_PROGRESS in_progress>in_progress',
    '4 COMPLETED in_progress>authorized',
  ]);
});

test('a change carries everything that a subscriber needs', () => {
  expect(told(says('CANCELLED', 5)).payment.changes).toEqual([
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
  expect(published(says('WAITING', 1))).toEqual(['1 WAITING created>created']);
});

test('an unknown word is published, moves no stage and ends nothing', () => {
  const { payment, outcomes } = told(says('IN_PROGRESS', 1), says('MANUAL_ID_CHECK', 2), says('COMPLETED', 3));
  expect(outcomes).toEqual(['advanced', 'advanced', 'advanced']);
  expect(payment.stage).toBe('authorized');
  expect(payment.changes[1]?.stage).toEqual({ from: 'in_progress', to: 'in_progress' });
});

describe('repeats', () => {
  test('a telling that was heard before is a duplicate and leaves the very payment', () => {
    const once = told(says('IN_PROGRESS', 1)).payment;
    const twice = told(says('IN_PROGRESS', 1), says('IN_PROGRESS', 1));
    expect(twice.outcomes).toEqual(['advanced', 'duplicate']);
    expect(twice.payment).toEqual(once);
  });

  test('another telling of what we hold is a duplicate too', () => {
    const { payment, outcomes } = told(reaches('authorized', 1), { ...reaches('authorized', 1), id: 'another' });
    expect(outcomes).toEqual(['advanced', 'duplicate']);
    expect(payment.recentReports).toHaveLength(1);
  });

  test.each(['FAILED', 'COMPLETED'] as const)('%s told once more with the same date is a duplicate too', (word) => {
    const { payment, outcomes } = told(says(word, 1), { ...says(word, 1), id: 'another' });
    expect(outcomes).toEqual(['advanced', 'duplicate']);
    expect(payment.recentReports).toHaveLength(1);
  });

  test('two hints of one moment are one', () => {
    expect(told(hints('order', 1), { ...hints('order', 1), id: 'another' }).outcomes).toEqual(['noted', 'duplicate']);
  });

  test('a hint that was heard before asks for nothing again', () => {
    const again = { ...hints('order', 1), observedAt: minute(30) };
    expect(told(hints('order', 1), again)).toEqual({ ...told(hints('order', 1)), outcomes: ['noted', 'duplicate'] });
  });
});

describe('late tellings', () => {
  test('a late decline after the completion moves nothing', () => {
    const { payment, outcomes } = told(says('COMPLETED', 3), says('FAILED', 2));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.session).toEqual({ word: 'COMPLETED', at: minute(3), final: true });
    expect(payment.changes).toHaveLength(1);
  });

  test('a final word beats a later one that is not', () => {
    const { payment, outcomes } = told(says('IN_PROGRESS', 9), says('COMPLETED', 3));
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.session?.word).toBe('COMPLETED');
    expect(told(says('COMPLETED', 3), says('IN_PROGRESS', 9)).outcomes).toEqual(['advanced', 'late']);
  });

  test('of two words that end nothing the later one counts', () => {
    const { payment, outcomes } = told(says('FAILED', 5), says('BACK', 4));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.session?.word).toBe('FAILED');
  });

  test('of two words of one moment the choice does not depend on their order', () => {
    expect(told(says('FAILED', 5), says('BACK', 5)).payment.session?.word).toBe('FAILED');
    expect(told(says('BACK', 5), says('FAILED', 5)).payment.session?.word).toBe('FAILED');
    expect(told(says('FAILED', 5), says('BACK', 5)).outcomes).toEqual(['advanced', 'duplicate']);
  });

  test('a late authorization keeps its token and moves nothing back', () => {
    const { payment, outcomes } = told(reaches('ordered', 5), reaches('authorized', 2, token('a', 2)));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.stage).toBe('ordered');
    expect(payment.facts).toEqual(token('a', 2));
    expect(payment.changes).toHaveLength(1);
  });

  test('a session word may move while its stage trails', () => {
    const { payment, outcomes } = told(reaches('authorized', 1), says('FAILED', 2));
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.changes[1]?.stage).toEqual({ from: 'authorized', to: 'authorized' });
  });
});

describe('the session register', () => {
  test('a word told again later is dated anew and not published', () => {
    const { payment, outcomes } = told(says('IN_PROGRESS', 1), says('IN_PROGRESS', 3));
    expect(outcomes).toEqual(['advanced', 'noted']);
    expect(payment.session?.at).toBe(minute(3));
    expect(payment.changes).toHaveLength(1);
  });

  test('a word told again with an older date trails', () => {
    const { payment, outcomes } = told(says('IN_PROGRESS', 3), says('IN_PROGRESS', 1));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.session?.at).toBe(minute(3));
  });

  test('an end is dated from its earliest telling', () => {
    expect(told(says('COMPLETED', 3), says('COMPLETED', 2)).payment.session?.at).toBe(minute(2));
    expect(told(says('COMPLETED', 3), says('COMPLETED', 2)).outcomes).toEqual(['advanced', 'noted']);
    expect(told(says('COMPLETED', 2), says('COMPLETED', 3)).payment.session?.at).toBe(minute(2));
    expect(told(says('COMPLETED', 2), says('COMPLETED', 3)).outcomes).toEqual(['advanced', 'duplicate']);
  });

  test('how far the payment got is no word of the session', () => {
    expect(told(reaches('authorized', 1)).payment.session).toBeUndefined();
    expect(told(says('IN_PROGRESS', 1), reaches('authorized', 2)).payment.session?.word).toBe('IN_PROGRESS');
  });

  test('an authorization then a cancelled session is a cancelled payment', () => {
    expect(told(reaches('authorized', 1), says('CANCELLED', 2)).payment.stage).toBe('cancelled');
  });
});

describe('facts and looks', () => {
  test('a hint keeps the order that it names, says what to read and since when, and publishes nothing', () => {
    const { payment, outcomes } = told(hints('order', 1, 'o'));
    expect(outcomes).toEqual(['noted']);
    expect(payment.hintedOrder).toEqual({ order_id: 'o', observedAt: minute(2) });
    expect(payment.readRequests).toEqual({ order: minute(2) });
    expect(payment.changes).toEqual([]);
    expect(payment.stage).toBe('created');
  });

  test('the later of two hints counts, told in either order', () => {
    expect(told(hints('order', 1), hints('order', 5)).payment.readRequests).toEqual({ order: minute(6) });
    expect(told(hints('order', 5), hints('order', 1)).payment.readRequests).toEqual({ order: minute(6) });
    expect(told(hints('order', 5), hints('order', 1)).outcomes).toEqual(['noted', 'duplicate']);
  });

  test('the order of a hint is read, not believed: a word that names another one is no contradiction', () => {
    const { payment, outcomes } = told(hints('order', 1, 'wrong'), says('COMPLETED', 2, { order_id: 'real' }));
    expect(outcomes).toEqual(['noted', 'advanced']);
    expect(payment.facts).toEqual({ order_id: 'real' });
  });

  test('the last hinted order counts, told in either order', () => {
    const last = { order_id: 'b', observedAt: minute(6) };
    expect(told(hints('order', 1, 'a'), hints('order', 5, 'b')).payment.hintedOrder).toEqual(last);
    expect(told(hints('order', 5, 'b'), hints('order', 1, 'a')).payment.hintedOrder).toEqual(last);
    expect(told(hints('order', 5, 'a'), hints('order', 5, 'b')).payment.hintedOrder).toEqual(last);
    expect(told(hints('order', 5, 'b'), hints('order', 5, 'a')).payment.hintedOrder).toEqual(last);
    expect(told(hints('order', 5, 'b'), hints('order', 6)).payment.hintedOrder).toEqual(last);
  });

  test('an order hinted at in a moment that has a hint already is noted', () => {
    expect(told(hints('order', 5), hints('order', 5, 'a')).outcomes).toEqual(['noted', 'noted']);
    expect(told(hints('order', 5, 'b'), { ...hints('order', 5, 'b'), id: 'another' }).outcomes).toEqual([
      'noted',
      'duplicate',
    ]);
  });

  test('session and order are looked at independently', () => {
    expect(told(hints('order', 1), hints('session', 5)).payment.readRequests).toEqual({
      order: minute(2),
      session: minute(6),
    });
  });

  test('a telling that adds a fact and moves nothing is noted', () => {
    const { payment, outcomes } = told(reaches('authorized', 1), { ...says('COMPLETED', 2, { order_id: 'o' }) });
    expect(outcomes).toEqual(['advanced', 'advanced']);
    const more = told(reaches('authorized', 1), reaches('authorized', 2, { kp_session_id: 'k' }));
    expect(more.outcomes).toEqual(['advanced', 'noted']);
    expect(more.payment.facts).toEqual({ kp_session_id: 'k' });
    expect(payment.facts).toEqual({ order_id: 'o' });
  });
});

describe('a pause after failures', () => {
  const backoff = { count: 9, until: minute(59) };
  const heard = (facts: Facts): Payment => apply({ ...told().payment, backoff }, reaches('authorized', 2, facts))[0];

  test('are over when a token arrives, which cannot wait for an hour', () => {
    expect(heard(token('a', 2)).backoff).toBeUndefined();
  });

  test.each([
    ['that is known', 'b', { ...token('b', 3), kp_session_id: 'k' }],
    ['that has left', 'c', { authorizations: [{ fingerprint: 'c', at: minute(3) }] }],
  ])('are not over by a token %s', (_, __, facts) => {
    const held = told(reaches('authorized', 1, token('a', 1)), reaches('authorized', 2, token('b', 2))).payment;
    expect(apply({ ...held, backoff }, reaches('authorized', 3, facts))[0].backoff).toEqual(backoff);
  });

  test('are over when another token than those that are known arrives, alone or beside one of them', () => {
    const held = { ...told(reaches('authorized', 1, token('a', 1))).payment, backoff };
    const [known = [], fresh = []] = [token('a', 1).authorizations, token('b', 3).authorizations];
    const heardWith = (authorizations: Facts['authorizations']) =>
      apply(held, reaches('authorized', 3, { authorizations }))[0];
    expect(heardWith(fresh).backoff).toBeUndefined();
    expect(heardWith([...known, ...fresh]).backoff).toBeUndefined();
  });

  test('are not over by anything else that Klarna tells', () => {
    expect(heard({ kp_session_id: 'k' }).backoff).toEqual(backoff);
  });
});

describe('a decision of the risk team', () => {
  const read = (at: number, fraud_status?: string) => ({
    ...reads('captured', at),
    order: { at: minute(at), fraud_status },
  });

  test('is published after a capture too, where it moves no stage', () => {
    const { payment, outcomes } = told(read(1, 'ACCEPTED'), read(2, 'REJECTED'));
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.changes.at(-1)).toMatchObject({ sequence: 2, stage: { from: 'captured', to: 'captured' } });
  });

  test.each([
    ['the same', read(1, 'ACCEPTED'), read(2, 'ACCEPTED')],
    ['the first that is known', read(1), read(2, 'ACCEPTED')],
    ['none any more', read(1, 'ACCEPTED'), read(2)],
    ['the first reading at all', reaches('captured', 1), read(2, 'ACCEPTED')],
    ['no reading', read(1, 'ACCEPTED'), reaches('captured', 2)],
  ])('that is %s is no change', (_, first, second) => {
    expect(told(first, second).payment.changes).toHaveLength(1);
  });
});

describe('an order that turns up after the session ran out', () => {
  const expired = (more: Partial<Payment>): Payment => ({
    ...told().payment,
    stage: 'expired',
    session: { word: 'NOT_FOUND', at: minute(1), final: true },
    ...more,
  });
  const outcome = (payment: Payment, facts: Facts) => apply(payment, says('IN_PROGRESS', 2, facts))[1];

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
    const { statement: _, ...speechless } = reads('cancelled', 3);
    expect(told(says('CANCELLED', 1), reads('cancelled', 2)).outcomes).not.toContain('conflict');
    expect(told(says('CANCELLED', 1), speechless).outcomes).not.toContain('conflict');
  });

  test('an older stage of an order that goes on contradicts nothing', () => {
    expect(told(reaches('captured', 1), reads('ordered', 2)).outcomes).toEqual(['advanced', 'late']);
  });

  test('two different ends of one session: the first stays, the second is kept, not applied', () => {
    const { payment, outcomes } = told(says('COMPLETED', 1), says('CANCELLED', 2, { order_id: 'o' }));
    expect(outcomes).toEqual(['advanced', 'conflict']);
    expect(payment.stage).toBe('authorized');
    expect(payment.session?.word).toBe('COMPLETED');
    expect(payment.facts).toEqual({});
    expect(payment.changes).toHaveLength(1);
    expect(payment.conflicts).toEqual([says('CANCELLED', 2, { order_id: 'o' })]);
  });

  test('a stage that no step leads to or from is a contradiction', () => {
    expect(told(reaches('captured', 1), reaches('cancelled', 2)).outcomes).toEqual(['advanced', 'conflict']);
    expect(told(reaches('captured', 1), reaches('cancelled', 2)).payment.stage).toBe('captured');
  });

  test('another order than ours is a contradiction, even when it would move the payment on', () => {
    const { payment, outcomes } = told(
      reaches('ordered', 1, { order_id: 'a' }),
      reaches('captured', 2, { order_id: 'b' }),
    );
    expect(outcomes).toEqual(['advanced', 'conflict']);
    expect(payment.stage).toBe('ordered');
    expect(payment.facts.order_id).toBe('a');
  });

  test('Klarna is asked what is true: the order where there is one, else the session', () => {
    expect(told(says('CANCELLED', 1), says('COMPLETED', 2)).payment.readRequests).toEqual({ session: minute(3) });
    expect(told(says('CANCELLED', 1, { order_id: 'o' }), says('COMPLETED', 2)).payment.readRequests).toEqual({
      order: minute(3),
    });
  });

  test.each(['cancelled', 'rejected', 'expired', 'disabled'] as const)(
    'an order that stands although the payment was %s before there was one',
    (stage) => {
      const { payment, outcomes } = told(reaches(stage, 1), reads('ordered', 2, { order_id: 'o' }));
      expect(outcomes).toEqual(['advanced', 'conflict']);
      expect(payment).toMatchObject({ stage, facts: {} });
    },
  );

  test('an order that was read before it was cancelled is no contradiction, only late', () => {
    const { outcomes } = told(reads('cancelled', 2, { order_id: 'o' }), reads('ordered', 1, { order_id: 'o' }));
    expect(outcomes).toEqual(['advanced', 'late']);
  });

  test('an operation that names another order than ours has its answer all the same, and is told of once', () => {
    const asked = { id: 'op', kind: 'charge', fingerprint: 'f', askedAt: minute(1) } as const;
    const [before] = apply({ ...told().payment, operations: [asked] }, reaches('ordered', 2, { order_id: 'a' }));
    const answer = { ...finishes({ id: 'op', kind: 'charge' }, 'SUCCESS', 3), facts: { order_id: 'b' } };
    const [after, outcome] = apply(before, answer);
    expect(outcome).toBe('conflict');
    expect(after).toMatchObject({ facts: { order_id: 'a' }, conflicts: [{ facts: { order_id: 'b' } }] });
    expect(after.operations).toMatchObject([{ result: { state: 'SUCCESS' } }]);
    expect(after.changes.at(-1)).toMatchObject({ sequence: 2, operation: { id: 'op' } });
    expect(apply(after, answer)).toEqual([after, 'duplicate']);
  });

  test('what is kept of a contradiction holds no token', () => {
    const { payment } = told(says('CANCELLED', 1), says('COMPLETED', 2, token('a', 2)));
    expect(payment.conflicts).toMatchObject([{ facts: { authorizations: [{ fingerprint: 'a', at: minute(2) }] } }]);
    expect(JSON.stringify(payment)).not.toContain('sealed');
  });

  test('a repeated contradiction is a duplicate', () => {
    const { payment, outcomes } = told(says('CANCELLED', 1), says('COMPLETED', 2), says('COMPLETED', 2));
    expect(outcomes).toEqual(['advanced', 'conflict', 'duplicate']);
    expect(payment.conflicts).toHaveLength(1);
  });
});

test('what was heard is remembered with what became of it', () => {
  expect(told(says('COMPLETED', 3), says('FAILED', 2), says('CANCELLED', 4)).payment.recentReports).toEqual([
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
  expect(told().payment).toEqual({
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
