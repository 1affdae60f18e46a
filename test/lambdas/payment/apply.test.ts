import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../lambdas/payment/apply.ts';
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

test('a shopper who is declined and then pays is one sequence without gaps', () => {
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

test('a change has every field that a subscriber needs', () => {
  expect(applyAll(sessionUpdate('CANCELLED', 5)).payment.changes).toEqual([
    {
      id: 'order-1.0.1',
      paymentId: 'order-1',
      incarnation: '0',
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

test('the first word of a session is published even if it moves no stage', () => {
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
  test('a report that was applied before is a duplicate and leaves the payment unchanged', () => {
    const once = applyAll(sessionUpdate('IN_PROGRESS', 1)).payment;
    const twice = applyAll(sessionUpdate('IN_PROGRESS', 1), sessionUpdate('IN_PROGRESS', 1));
    expect(twice.outcomes).toEqual(['advanced', 'duplicate']);
    expect(twice.payment).toEqual(once);
  });

  test('another report that adds nothing is a duplicate too', () => {
    const { payment, outcomes } = applyAll(stageReport('authorized', 1), {
      ...stageReport('authorized', 1),
      id: 'another',
    });
    expect(outcomes).toEqual(['advanced', 'duplicate']);
    expect(payment.recentReports).toHaveLength(1);
  });

  test.each(['FAILED', 'COMPLETED'] as const)('another report of %s with the same date is a duplicate too', (word) => {
    const { payment, outcomes } = applyAll(sessionUpdate(word, 1), { ...sessionUpdate(word, 1), id: 'another' });
    expect(outcomes).toEqual(['advanced', 'duplicate']);
    expect(payment.recentReports).toHaveLength(1);
  });

  test('two requests for a read at one moment are one', () => {
    expect(applyAll(readHint('order', 1), { ...readHint('order', 1), id: 'another' }).outcomes).toEqual([
      'noted',
      'duplicate',
    ]);
  });

  test('a repeated request for a read requests no second read', () => {
    const again = { ...readHint('order', 1), observedAt: minute(30) };
    expect(applyAll(readHint('order', 1), again)).toEqual({
      ...applyAll(readHint('order', 1)),
      outcomes: ['noted', 'duplicate'],
    });
  });
});

describe('late reports', () => {
  test('a late decline after the completion moves nothing', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('COMPLETED', 3), sessionUpdate('FAILED', 2));
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment.session).toEqual({ word: 'COMPLETED', at: minute(3), final: true });
    expect(payment.changes).toHaveLength(1);
  });

  test('a final word beats a later one that is not final', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('IN_PROGRESS', 9), sessionUpdate('COMPLETED', 3));
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.session?.word).toBe('COMPLETED');
    expect(applyAll(sessionUpdate('COMPLETED', 3), sessionUpdate('IN_PROGRESS', 9)).outcomes).toEqual([
      'advanced',
      'late',
    ]);
  });

  test('of two words that are not final the later one counts', () => {
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

  test('a session word may change while its stage is behind', () => {
    const { payment, outcomes } = applyAll(stageReport('authorized', 1), sessionUpdate('FAILED', 2));
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.changes[1]?.stage).toEqual({ from: 'authorized', to: 'authorized' });
  });
});

describe('a risk decision', () => {
  const read = (at: number, fraud_status?: string) => ({
    ...orderRead('captured', at),
    order: { at: minute(at), fraud_status },
  });

  test('is published even after a capture, where it moves no stage', () => {
    const { payment, outcomes } = applyAll(read(1, 'ACCEPTED'), read(2, 'REJECTED'));
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.changes.at(-1)).toMatchObject({ sequence: 2, stage: { from: 'captured', to: 'captured' } });
  });

  test.each([
    ['equal to the last one', read(1, 'ACCEPTED'), read(2, 'ACCEPTED')],
    ['the first known one', read(1), read(2, 'ACCEPTED')],
    ['missing from the next read', read(1, 'ACCEPTED'), read(2)],
    ['part of the first read', stageReport('captured', 1), read(2, 'ACCEPTED')],
    ['followed by a report without an order', read(1, 'ACCEPTED'), stageReport('captured', 2)],
  ])('that is %s is not published', (_, first, second) => {
    expect(applyAll(first, second).payment.changes).toHaveLength(1);
  });
});

describe('an order that appears after the session expired', () => {
  const expired = (more: Partial<Payment>): Payment => ({
    ...applyAll().payment,
    stage: 'expired',
    session: { word: 'NOT_FOUND', at: minute(1), final: true },
    ...more,
  });
  const outcome = (payment: Payment, facts: Facts) => applyReport(payment, sessionUpdate('IN_PROGRESS', 2, facts))[1];

  test('is a conflict, if no order was known', () => {
    expect(outcome(expired({}), { order_id: 'o' })).toBe('conflict');
  });

  test.each([
    ['it was known', expired({ facts: { order_id: 'o' } }), { order_id: 'o' }],
    ['it has no id', expired({}), { klarna_reference: 'k' }],
    [
      'the session had no final word',
      expired({ session: { word: 'BACK', at: minute(1), final: false } }),
      { order_id: 'o' },
    ],
  ])('is no conflict if %s', (_, payment, facts) => {
    expect(outcome(payment, facts)).not.toBe('conflict');
  });
});

describe('conflicts', () => {
  test('an order read in the final stage of its payment, or with an unknown word, is no conflict', () => {
    const { statement: _, ...withoutStatement } = orderRead('cancelled', 3);
    expect(applyAll(sessionUpdate('CANCELLED', 1), orderRead('cancelled', 2)).outcomes).not.toContain('conflict');
    expect(applyAll(sessionUpdate('CANCELLED', 1), withoutStatement).outcomes).not.toContain('conflict');
  });

  test('an earlier stage of an order is late, not a conflict', () => {
    expect(applyAll(stageReport('captured', 1), orderRead('ordered', 2)).outcomes).toEqual(['advanced', 'late']);
  });

  test('of two different final words the first stays, and the second is kept but not applied', () => {
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

  test('a stage that is unreachable from the held one is a conflict', () => {
    expect(applyAll(stageReport('captured', 1), stageReport('cancelled', 2)).outcomes).toEqual([
      'advanced',
      'conflict',
    ]);
    expect(applyAll(stageReport('captured', 1), stageReport('cancelled', 2)).payment.stage).toBe('captured');
  });

  test('another order than the known one is a conflict, even if it would move the payment on', () => {
    const { payment, outcomes } = applyAll(
      stageReport('ordered', 1, { order_id: 'a' }),
      stageReport('captured', 2, { order_id: 'b' }),
    );
    expect(outcomes).toEqual(['advanced', 'conflict']);
    expect(payment.stage).toBe('ordered');
    expect(payment.facts.order_id).toBe('a');
  });

  test('a conflict requests a read: of the order if there is one, else of the session', () => {
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
    'an order that exists although the payment was %s without one is a conflict',
    (stage) => {
      const { payment, outcomes } = applyAll(stageReport(stage, 1), orderRead('ordered', 2, { order_id: 'o' }));
      expect(outcomes).toEqual(['advanced', 'conflict']);
      expect(payment).toMatchObject({ stage, facts: {} });
    },
  );

  test('an order that was read before it was cancelled is late, not a conflict', () => {
    const { outcomes } = applyAll(
      orderRead('cancelled', 2, { order_id: 'o' }),
      orderRead('ordered', 1, { order_id: 'o' }),
    );
    expect(outcomes).toEqual(['advanced', 'late']);
  });

  test('an operation whose answer names another order is answered all the same, and published once', () => {
    const claimed = { id: 'op', kind: 'charge', fingerprint: 'f', askedAt: minute(1) } as const;
    const [before] = applyReport(
      { ...applyAll().payment, operations: [claimed] },
      stageReport('ordered', 2, { order_id: 'a' }),
    );
    const answer = { ...operationResult({ id: 'op', kind: 'charge' }, 'SUCCESS', 3), facts: { order_id: 'b' } };
    const [after, outcome] = applyReport(before, answer);
    expect(outcome).toBe('conflict');
    expect(after).toMatchObject({ facts: { order_id: 'a' }, conflicts: [{ facts: { order_id: 'b' } }] });
    expect(after.operations).toMatchObject([{ result: { state: 'SUCCESS' } }]);
    expect(after.changes.at(-1)).toMatchObject({ sequence: 2, operation: { id: 'op' } });
    expect(applyReport(after, answer)).toEqual([after, 'duplicate']);
  });

  test('a kept conflict holds no token', () => {
    const { payment } = applyAll(sessionUpdate('CANCELLED', 1), sessionUpdate('COMPLETED', 2, tokenFacts('a', 2)));
    expect(payment.conflicts).toMatchObject([{ facts: { authorizations: [{ fingerprint: 'a', at: minute(2) }] } }]);
    expect(JSON.stringify(payment)).not.toContain('sealed');
  });

  test('a repeated conflict is a duplicate', () => {
    const { payment, outcomes } = applyAll(
      sessionUpdate('CANCELLED', 1),
      sessionUpdate('COMPLETED', 2),
      sessionUpdate('COMPLETED', 2),
    );
    expect(outcomes).toEqual(['advanced', 'conflict', 'duplicate']);
    expect(payment.conflicts).toHaveLength(1);
  });
});

test('each report is remembered with its outcome', () => {
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
