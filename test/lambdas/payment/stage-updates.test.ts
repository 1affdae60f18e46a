import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../lambdas/payment/apply.ts';
import type { Facts } from '../../../lambdas/payment/facts.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { Stage } from '../../../lambdas/payment/stages.ts';
import {
  applyAll,
  goneSession,
  minute,
  operationResult,
  orderRead,
  refusedEnd,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';

const order: Facts = { order_id: 'o' };
const ordered = orderRead('ordered', 5, order);
const sessionEnds = [sessionUpdate('CANCELLED', 3), sessionUpdate('DISABLED', 3), goneSession(3)];

/** The stages in which a payment was, without repeats. */
const walk = (...reports: Parameters<typeof applyAll>) =>
  applyAll(...reports)
    .payment.changes.filter(({ stage }) => stage.from !== stage.to)
    .map(({ stage }) => stage.to)
    .join(' ');

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

  test.each([
    [3, 2, 'noted'],
    [2, 3, 'duplicate'],
  ])('a final word keeps the date of its earliest report', (first, second, outcome) => {
    const { payment, outcomes } = applyAll(sessionUpdate('COMPLETED', first), sessionUpdate('COMPLETED', second));
    expect(payment.session).toEqual({ word: 'COMPLETED', at: minute(2), final: true });
    expect(outcomes).toEqual(['advanced', outcome]);
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

  test('an earlier stage of an order is late', () => {
    expect(applyAll(orderRead('captured', 1, order), orderRead('ordered', 2, order)).outcomes).toEqual([
      'advanced',
      'late',
    ]);
    expect(applyAll(orderRead('cancelled', 2, order), orderRead('ordered', 1, order)).outcomes).toEqual([
      'advanced',
      'late',
    ]);
  });
});

describe('once an order is known', () => {
  const named = { ...operationResult({ id: 'op', kind: 'order' }, 'SUCCESS', 2), facts: order };

  test.each(sessionEnds)('the end of its session ($word) is told and moves no stage', (end) => {
    for (const known of [ordered, named]) {
      const { payment, outcomes } = applyAll(known, end);
      expect(outcomes).toEqual(['advanced', 'advanced']);
      expect(payment).toMatchObject({ session: { word: end.word, final: true }, conflicts: [] });
      expect(payment.stage).toBe(known === ordered ? 'ordered' : 'created');
    }
  });

  test('the refusal of another request does not end the payment', () => {
    const { payment, outcomes } = applyAll(ordered, refusedEnd('rejected', 6));
    expect(payment).toMatchObject({ stage: 'ordered', conflicts: [] });
    expect(outcomes).toEqual(['advanced', 'duplicate']);
  });

  test('a word that ends nothing moves the stage on', () => {
    expect(applyAll(named, sessionUpdate('COMPLETED', 3)).payment.stage).toBe('authorized');
  });

  test('the order itself ends the payment', () => {
    expect(walk(ordered, orderRead('cancelled', 6, order))).toBe('ordered cancelled');
  });
});

describe('an end without an order', () => {
  test.each([...sessionEnds, refusedEnd('rejected', 3), refusedEnd('expired', 3)])(
    '($id) is left when an order turns up, and by nothing else',
    (end) => {
      const { stage } = applyAll(end).payment;
      expect(walk(end, ordered)).toBe(`${stage} ordered`);
      expect(walk(end, stageReport('ordered', 5, order))).toBe(stage);
      expect(walk(end, stageReport('authorized', 5))).toBe(stage);
    },
  );

  test('stays when the order that turns up has ended the same way', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('CANCELLED', 3), orderRead('cancelled', 5, order));
    expect(outcomes).toEqual(['advanced', 'noted']);
    expect(payment).toMatchObject({ stage: 'cancelled', facts: order, conflicts: [] });
  });

  test('becomes that of the order that turns up', () => {
    const rejected = orderRead('rejected', 5, order, { fraud_status: 'REJECTED' });
    expect(walk(goneSession(3), rejected)).toBe('expired rejected');
  });

  test('is not left by a second read of its order', () => {
    expect(walk(orderRead('cancelled', 5, order), orderRead('ordered', 6, order))).toBe('cancelled');
  });
});

describe('our conclusion that the session is gone', () => {
  test.each<[word: string, stage: Stage]>([
    ['COMPLETED', 'authorized'],
    ['CANCELLED', 'cancelled'],
    ['DISABLED', 'disabled'],
  ])("is beaten by Klarna's final word %s, in either order", (word, stage) => {
    for (const reports of [
      [goneSession(1), sessionUpdate(word, 2)],
      [sessionUpdate(word, 2), goneSession(1)],
    ]) {
      const { payment } = applyAll(...reports);
      expect(payment).toMatchObject({ stage, session: { word, at: minute(2) }, conflicts: [] });
    }
  });

  test('is beaten by a refusal of ours, in either order', () => {
    expect(walk(goneSession(1), refusedEnd('rejected', 2))).toBe('expired rejected');
    expect(walk(refusedEnd('rejected', 2), goneSession(1))).toBe('rejected');
  });

  test('is not beaten by a word that is not final, nor by an authorization', () => {
    for (const report of [sessionUpdate('IN_PROGRESS', 2), stageReport('authorized', 2)]) {
      const { payment, outcomes } = applyAll(goneSession(1), report);
      expect([payment.stage, outcomes[1]]).toEqual(['expired', 'late']);
    }
  });

  test('does not open another end to a word of the session', () => {
    const { payment, outcomes } = applyAll(refusedEnd('rejected', 1), goneSession(2), sessionUpdate('CANCELLED', 3));
    expect([payment.stage, outcomes[2]]).toEqual(['rejected', 'conflict']);
  });

  test('is not what Klarna means when it refuses a token with the same word', () => {
    const refusal = refusedEnd('expired', 2);
    const statement = refusal.statement && { ...refusal.statement, pspStatus: 'NOT_FOUND' };
    expect(walk(sessionUpdate('COMPLETED', 1), { ...refusal, ...(statement && { statement }) })).toBe(
      'authorized expired',
    );
  });

  test('says nothing once the session has a final word', () => {
    const { payment, outcomes } = applyAll(sessionUpdate('COMPLETED', 1), goneSession(2));
    expect(payment).toMatchObject({ stage: 'authorized', session: { word: 'COMPLETED' } });
    expect(outcomes).toEqual(['advanced', 'duplicate']);
  });

  test('of an earlier date counts, when it is drawn twice', () => {
    const { payment, outcomes } = applyAll(goneSession(3), goneSession(2), goneSession(4));
    expect(payment.session?.at).toBe(minute(2));
    expect(outcomes).toEqual(['advanced', 'noted', 'duplicate']);
  });

  test('is another thing than an order that expired: no word beats that', () => {
    expect(walk(goneSession(1), orderRead('expired', 2, order), sessionUpdate('COMPLETED', 3))).toBe('expired');
    expect(applyReport(applyAll(refusedEnd('expired', 1)).payment, sessionUpdate('CANCELLED', 2))[1]).toBe('conflict');
  });
});

test('a rejected order that is captured at Klarna walks on', () => {
  expect(
    walk(
      orderRead('rejected', 1, order, { fraud_status: 'REJECTED' }),
      orderRead('part_captured', 2, order, { fraud_status: 'REJECTED' }),
      orderRead('captured', 3, order, { fraud_status: 'REJECTED' }),
    ),
  ).toBe('rejected part_captured captured');
});

test('a payment whose stage only a newer version knows keeps it: whatever claims another one is a conflict', () => {
  const newer: Payment = { ...applyAll(ordered).payment, stage: JSON.parse('"disputed"') };
  for (const report of [sessionUpdate('COMPLETED', 6), orderRead('captured', 6, order)]) {
    const [after, outcome] = applyReport(newer, report);
    expect([after.stage, outcome]).toEqual(['disputed', 'conflict']);
  }
  expect(applyReport(newer, sessionUpdate('CANCELLED', 6))[1]).toBe('advanced');
});

test('only a read of the order leads on from an end', () => {
  const { payment, outcomes } = applyAll(
    orderRead('rejected', 1, order, { fraud_status: 'REJECTED' }),
    stageReport('part_captured', 2, order),
  );
  expect(outcomes).toEqual(['advanced', 'conflict']);
  expect(payment.stage).toBe('rejected');
});
