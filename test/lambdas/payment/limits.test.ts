import { expect, test } from 'vitest';
import { maxTokens } from '../../../lambdas/payment/facts.ts';
import { limits } from '../../../lambdas/payment/limits.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import { withWarnings } from '../../../lambdas/payment/tasks/attention.ts';
import {
  applyAll,
  applyTo,
  minute,
  operationResult,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';

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

/** The longest values that the schemas accept: ids of 255 and words of 64 ASCII characters, references of 255 of any kind, a sealed token of 1024. */
const longId = (n: number | string) => `${n}`.padEnd(255, 'x');
const widest = (report: Report, n: number): Report => ({
  ...report,
  id: `${n}`.padStart(22, 'x'),
  word: report.word?.padEnd(64, 'x'),
  facts: {
    hpp_session_id: longId(''),
    kp_session_id: longId(''),
    order_id: longId(''),
    klarna: { klarna_reference: longId(''), at: minute(n) },
    merchant: {
      merchant_reference1: '\u20ac'.repeat(255),
      merchant_reference2: '\u20ac'.repeat(255),
      at: minute(n),
    },
    expires_at: minute(1),
    authorizations: [{ sealed: 'x'.repeat(2200), fingerprint: `${n}`.padEnd(22, 'f'), at: minute(n) }],
    ...report.facts,
  },
  ...(report.statement && {
    statement: { ...report.statement, pspStatus: report.statement.pspStatus.padEnd(64, 'x') },
  }),
});

const size = (payment: Payment) => Buffer.byteLength(JSON.stringify(payment).replaceAll(payment.id, 'x'.repeat(64)));

const finished = (n: number, answer: 'CAPTURE_NOT_ALLOWED' | 'SUCCESS' = 'CAPTURE_NOT_ALLOWED'): Report =>
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
    answer,
    n,
  );

/** Some of the last operations are executed although another process was refused: each has two changes. */
const executedLate = 16;

/** As many warnings as a payment may give, each as long as possible. */
const manyWarnings = Array.from({ length: limits.warnings }, (_, n) => {
  const conflict = { ...stageReport('ordered', n, { order_id: longId(n) }), doubt: 'merchant_reference2' };
  return withWarnings({ ...applyAll().payment, conflicts: [conflict] }, minute(999)).changes;
}).flat();

/** A pause of each read of a hinted order; that of an operation ends with its answer, which is longer. */
const manyBackoffs = ({ hintedOrders }: Payment): Payment['backoffs'] =>
  Object.fromEntries(
    hintedOrders.map(({ order_id }) => [
      `read hinted order ${order_id}`,
      { count: 999, since: minute(0), until: minute(0) },
    ]),
  );

const counted = <Value>(count: number, itemOf: (n: number) => Value) =>
  Array.from({ length: count }, (_, n) => itemOf(n));

test('an item stays under 384 KB whatever arrives; DynamoDB takes 400', () => {
  const stages = ['authorized', 'pending', 'ordered', 'part_captured', 'captured', 'part_refunded'] as const;
  const before = applyAll(
    ...counted(maxTokens, (n) => stageReport('authorized', n, tokenFacts(`${n}`.padEnd(22, 'f'), n))),
  ).payment;
  const sealed = Object.values(before.facts.authorizations ?? []).map((token) => ({
    ...token,
    sealed: token.sealed && 'x'.repeat(2200),
  }));
  const payment = applyTo(
    { ...before, facts: { authorizations: sealed } },
    ...pingPong(200),
    ...counted(limits.hintedOrders, (n) => readHint('order', 200, longId(n))),
    ...stages.map((stage, n) => stageReport(stage, 201 + n)),
    sessionUpdate('COMPLETED', 210),
    ...counted(20, (n) => widest(sessionUpdate('CANCELLED', 220 + n, { order_id: longId(n) }), n)),
    ...counted(limits.operations, (n) => finished(300 + n)),
    ...counted(executedLate, (n) => finished(300 + n, 'SUCCESS')),
  );
  const full: Payment = {
    ...payment,
    changes: [...payment.changes, ...manyWarnings],
    recentReports: [
      ...payment.recentReports,
      ...applyAll(...pingPong(limits.recentReports).map(widest)).payment.recentReports,
    ].slice(-limits.recentReports),
    facts: { ...widest(sessionUpdate('COMPLETED', 0), 0).facts, authorizations: sealed },
    backoffs: manyBackoffs(payment),
  };
  expect(manyWarnings).toHaveLength(limits.warnings);
  expect(payment.conflicts).toHaveLength(limits.conflicts);
  expect(payment.hintedOrders).toHaveLength(limits.hintedOrders);
  expect(payment.operations).toHaveLength(limits.operations);
  expect(Object.keys(full.backoffs)).toHaveLength(limits.hintedOrders);
  expect(sealed).toHaveLength(maxTokens);
  expect(size(full)).toBeGreaterThan(200_000);
  expect(size(full)).toBeLessThan(384 * 1024);
});
