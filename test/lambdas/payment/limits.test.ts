import { expect, test } from 'vitest';
import { withWarnings } from '../../../lambdas/payment/attention.ts';
import { limits } from '../../../lambdas/payment/limits.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import { applyAll, minute, operationResult, sessionUpdate, stageReport } from '../../support/builders/reports.ts';

const pingPong = (count: number) =>
  Array.from({ length: count }, (_, n) => sessionUpdate(n % 2 ? 'FAILED' : 'IN_PROGRESS', n, {}));

test('the history holds 40 moves; further ones are counted, and the session still follows', () => {
  const { payment, outcomes } = applyAll(...pingPong(46));
  expect(payment.changes).toHaveLength(limits.changes);
  expect(outcomes.slice(39, 42)).toEqual(['advanced', 'unpublished', 'unpublished']);
  expect(outcomes.filter((outcome) => outcome === 'unpublished')).toHaveLength(6);
  expect(payment.session).toEqual({ word: 'FAILED', at: minute(45), final: false });
});

test('a full history still takes the final word of the session and every stage', () => {
  const { payment, outcomes } = applyAll(
    ...pingPong(46),
    stageReport('authorized', 90),
    sessionUpdate('COMPLETED', 91),
    stageReport('ordered', 92),
  );
  expect(outcomes.slice(-3)).toEqual(['advanced', 'advanced', 'advanced']);
  expect(payment.changes.slice(-3).map(({ sequence, pspStatus }) => `${sequence} ${pspStatus}`)).toEqual([
    '41 SUCCESS',
    '42 COMPLETED',
    '43 SUCCESS',
  ]);
});

test('the latest 40 reports are remembered', () => {
  const { payment } = applyAll(...pingPong(46));
  expect(payment.recentReports).toHaveLength(limits.recentReports);
  expect(payment.recentReports.at(-1)?.id).toBe('FAILED@45');
});

test('the first four conflicts are kept whole', () => {
  const { payment } = applyAll(
    sessionUpdate('COMPLETED', 1),
    ...[2, 3, 4, 5, 6].map((n) => sessionUpdate('CANCELLED', n)),
  );
  expect(payment.conflicts.map(({ id }) => id)).toEqual(['CANCELLED@2', 'CANCELLED@3', 'CANCELLED@4', 'CANCELLED@5']);
});

/** The longest values that the schemas accept: ids of 255 and words of 64 ASCII characters, references of 255 of any kind, a sealed token of 1024. */
const widest = (report: Report, n: number): Report => ({
  ...report,
  id: `${n}`.padStart(22, 'x'),
  word: report.word?.padEnd(64, 'x'),
  facts: {
    hpp_session_id: 'x'.repeat(255),
    kp_session_id: 'x'.repeat(255),
    order_id: 'x'.repeat(255),
    klarna_reference: 'x'.repeat(255),
    merchant: {
      merchant_reference1: '\u20ac'.repeat(255),
      merchant_reference2: '\u20ac'.repeat(255),
      at: minute(n),
    },
    expires_at: minute(1),
    authorizations: [{ sealed: 'x'.repeat(2200), fingerprint: `${n}`.padEnd(22, 'f'), at: minute(n) }],
  },
  ...(report.statement && {
    statement: { ...report.statement, pspStatus: report.statement.pspStatus.padEnd(64, 'x') },
  }),
});

const size = (payment: Payment) => Buffer.byteLength(JSON.stringify(payment).replaceAll(payment.id, 'x'.repeat(64)));

const finished = (n: number) =>
  operationResult(
    {
      id: `${n}`.padEnd(36, 'x'),
      kind: 'cancellation',
      amount: 200_000_000,
      currency: 'EUR',
      reference: '\u20ac'.repeat(85),
      capture_id: 'x'.repeat(36),
      refund_id: 'x'.repeat(36),
      correlation_id: 'x'.repeat(36),
    },
    'CAPTURE_NOT_ALLOWED',
    n,
  );

/** As many warnings as a payment may give, each as long as possible. */
const manyWarnings = Array.from({ length: limits.warnings }, (_, n) => {
  const conflict = {
    ...stageReport('ordered', n, { order_id: `${n}`.padEnd(255, 'x') }),
    doubt: 'merchant_reference2',
  };
  return withWarnings({ ...applyAll().payment, conflicts: [conflict] }, minute(999)).changes;
}).flat();

test('an item stays under 384 KB whatever arrives; DynamoDB takes 400', () => {
  const stages = [
    'authorized',
    'pending',
    'ordered',
    'part_captured',
    'captured',
    'part_refunded',
    'refunded',
  ] as const;
  const { payment } = applyAll(
    ...[
      ...pingPong(200),
      ...stages.map((stage, n) => stageReport(stage, 200 + n)),
      sessionUpdate('COMPLETED', 210),
      ...Array.from({ length: 20 }, (_, n) => sessionUpdate('CANCELLED', 220 + n)),
    ].map(widest),
    ...Array.from({ length: limits.operations }, (_, n) => finished(300 + n)),
  );
  const warned = { ...payment, changes: [...payment.changes, ...manyWarnings] };
  expect(manyWarnings).toHaveLength(limits.warnings);
  expect(payment.conflicts).toHaveLength(limits.conflicts);
  expect(payment.operations).toHaveLength(limits.operations);
  expect(size(warned)).toBeGreaterThan(200_000);
  expect(size(warned)).toBeLessThan(384 * 1024);
});
