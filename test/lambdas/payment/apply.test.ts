import { describe, expect, test } from 'vitest';
import { applyReport } from '../../../lambdas/payment/apply.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import { claimed } from '../../support/builders/payments.ts';
import {
  applyAll,
  applyNext,
  applyTo,
  minute,
  operationResult,
  orderRead,
  readFrom,
  readHint,
  sessionRead,
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
    const once = applyAll(sessionUpdate('IN_PROGRESS', 1, { kp_session_id: 'k' })).payment;
    const [twice, outcome] = applyReport(once, sessionUpdate('IN_PROGRESS', 1, { kp_session_id: 'k' }));
    expect(outcome).toBe('duplicate');
    expect(twice).toBe(once);
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

  const stop: Report = { ...readHint('order', 1, 'o'), riskStop: true };
  const again: Report = { ...stop, observedAt: minute(30) };

  test('a repeated request for a read requests it again, and a repeated stop counts anew', () => {
    const read = applyAll(stop, orderRead('ordered', 3, { order_id: 'o' })).payment;
    const paused = { ...read, backoffs: { 'read order': { count: 3, since: minute(4), until: minute(90) } } };
    const [after, outcome] = applyNext(paused, again);
    expect(outcome).toBe('duplicate');
    expect(after).toEqual({
      ...read,
      version: 30,
      readRequests: { order: { version: 30, at: minute(30) } },
      riskStop: minute(30),
    });
  });

  test.each<[what: string, report: Report]>([
    ['with a statement', { ...sessionUpdate('COMPLETED', 1), readRequest: 'order' }],
    ['without a request', sessionRead(1)],
  ])('a repeated report %s requests nothing', (_, report) => {
    const { payment } = applyAll(report);
    expect(applyReport(payment, { ...report, observedAt: minute(30) })[0]).toBe(payment);
  });

  test('a repeated read counts as the last read', () => {
    const { payment } = applyAll(orderRead('ordered', 5));
    const repeat: Report = { ...orderRead('ordered', 5), read: readFrom('order', 9) };
    expect(applyNext(payment, repeat)).toEqual([
      { ...payment, version: 7, lastReads: { order: { version: 9, at: minute(9), savedIn: 7 } } },
      'duplicate',
    ]);
  });

  test('a second answer to an operation adds its facts, and nothing of another session', () => {
    const answer = operationResult({ id: 'op', kind: 'session' }, 'SUCCESS', 3);
    const { payment } = applyAll({ ...answer, facts: { kp_session_id: 'k' } });
    const [after, outcome] = applyReport(payment, { ...answer, facts: { hpp_session_id: 'h' } });
    expect([after.facts, outcome]).toEqual([{ kp_session_id: 'k', hpp_session_id: 'h' }, 'duplicate']);
    expect(after.changes).toBe(payment.changes);
    expect(applyReport(payment, { ...answer, facts: { kp_session_id: 'other', hpp_session_id: 'h' } })[0]).toBe(
      payment,
    );
  });

  test('a repeated conflict adds no facts', () => {
    const second = sessionUpdate('COMPLETED', 2, { order_id: 'o', ...tokenFacts('a', 2) });
    const { payment, outcomes } = applyAll(sessionUpdate('CANCELLED', 1), second, second);
    expect(outcomes).toEqual(['advanced', 'conflict', 'duplicate']);
    expect(payment.facts).toEqual({});
    expect(payment.conflicts).toHaveLength(1);
  });
});

describe('a success after a refusal', () => {
  const operation = { id: 'capture', kind: 'capture' } as const;
  const open = claimed(applyAll(orderRead('ordered', 1, { order_id: 'o' })).payment, 'capture');
  const results = (...reports: Report[]) => {
    const { changes, operations } = applyTo(open, ...reports);
    return [changes.slice(1).map(({ pspStatus }) => pspStatus), operations.map(({ result }) => result?.state)];
  };
  const success = operationResult(operation, 'SUCCESS', 5);
  const refusal = operationResult(operation, 'CAPTURE_NOT_ALLOWED', 6);
  const { statement, ...withoutStatement } = success;

  test('replaces it and is told: Klarna executed the operation in the end', () => {
    expect(results(refusal, success, refusal)).toEqual([['CAPTURE_NOT_ALLOWED', 'SUCCESS'], ['SUCCESS']]);
  });

  test('is never replaced, and a second refusal is no news', () => {
    expect(results(success, refusal, success)).toEqual([['SUCCESS'], ['SUCCESS']]);
    expect(results(refusal, refusal)).toEqual([['CAPTURE_NOT_ALLOWED'], ['ERROR']]);
    expect(results(refusal, withoutStatement)).toEqual([['CAPTURE_NOT_ALLOWED'], ['ERROR']]);
  });
});

describe('a risk decision', () => {
  const read = (at: number, fraud_status?: string, stage: 'captured' | 'cancelled' = 'captured') =>
    orderRead(stage, at, { order_id: 'o' }, { fraud_status });

  test('is published even after a capture, where it moves no stage', () => {
    const { payment, outcomes } = applyAll(read(1, 'ACCEPTED'), read(2, 'REJECTED'), read(3, 'ACCEPTED'));
    expect(outcomes).toEqual(['advanced', 'advanced', 'advanced']);
    expect(payment.changes.at(-1)).toMatchObject({ sequence: 3, stage: { from: 'captured', to: 'captured' } });
  });

  test.each([
    ['equal to the last one', read(1, 'ACCEPTED'), read(2, 'ACCEPTED')],
    ['the first known one', read(1), read(2, 'ACCEPTED')],
    ['missing from the next read', read(1, 'ACCEPTED'), read(2)],
    ['part of the first read', stageReport('captured', 1), read(2, 'ACCEPTED')],
    ['followed by a report without an order', read(1, 'ACCEPTED'), stageReport('captured', 2)],
    ['an acceptance after an end', read(1, 'PENDING', 'cancelled'), read(2, 'ACCEPTED', 'cancelled')],
  ])('that is %s is not published', (_, first, second) => {
    expect(applyAll(first, second).payment.changes).toHaveLength(1);
  });

  test('against an order that has ended is published, and moves nothing', () => {
    const rejection = orderRead('rejected', 2, { order_id: 'o' }, { fraud_status: 'REJECTED' });
    const { payment, outcomes } = applyAll(read(1, 'ACCEPTED', 'cancelled'), rejection);
    expect(outcomes).toEqual(['advanced', 'advanced']);
    expect(payment.changes[1]?.stage).toEqual({ from: 'cancelled', to: 'cancelled' });
    expect(payment.conflicts).toEqual([]);
  });

  test('of an acceptance after a rejection is kept and not told: the payment has ended', () => {
    const accepted = orderRead('ordered', 3, { order_id: 'o' }, { fraud_status: 'ACCEPTED' });
    const rejected = orderRead('rejected', 2, { order_id: 'o' }, { fraud_status: 'REJECTED' });
    const { payment, outcomes } = applyAll(rejected, accepted);
    expect(outcomes).toEqual(['advanced', 'late']);
    expect(payment).toMatchObject({ stage: 'rejected', order: { fraud_status: 'ACCEPTED' } });
  });
});

test('each report is remembered with its outcome', () => {
  const [completed, failed, cancelled] = [
    sessionUpdate('COMPLETED', 3),
    sessionUpdate('FAILED', 2),
    sessionUpdate('CANCELLED', 4),
  ];
  const summary = ({ id, source, word, at, observedAt }: Report) => ({ id, source, word, at, observedAt });
  expect(applyAll(completed, failed, cancelled).payment.recentReports).toEqual([
    { ...summary(completed), outcome: 'advanced' },
    { ...summary(failed), outcome: 'late' },
    { ...summary(cancelled), outcome: 'conflict' },
  ]);
});
