import fc from 'fast-check';
import { type Facts, merge } from '../../../lambdas/payment/facts.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import { type Stage, stages, stepsFrom } from '../../../lambdas/payment/stages.ts';
import {
  minute,
  orderRead,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
  tokenSpent,
} from '../builders/reports.ts';

const openWords = ['IN_PROGRESS', 'BACK', 'FAILED', 'ERROR', 'MANUAL_ID_CHECK', 'WAITING'] as const;
const ids = { hpp_session_id: 'hpp', kp_session_id: 'kp', order_id: 'order' };

/** Some of the ids of one payment. */
const someIds = fc.subarray(Object.entries(ids)).map((known) => Object.fromEntries(known));

/** A walk along the steps of the stage graph; some of its stages may be skipped. */
const walkFrom = (stage: Stage) =>
  fc.array(fc.nat({ max: 9 }), { maxLength: 9 }).map((turns) => {
    const path: Stage[] = [];
    for (const turn of turns) {
      const next = stepsFrom(path.at(-1) ?? stage);
      const step = next[turn % Math.max(1, next.length)];
      if (step && step !== 'disabled') path.push(step);
    }
    return path;
  });

/** Reports that may come before the final word, each for the minute in which it comes. */
const earlyReports = fc.array(
  fc.oneof(
    fc.constantFrom(...openWords).map((word) => (at: number) => sessionUpdate(word, at)),
    fc.constantFrom('a', 'b', 'c').map((name) => (at: number) => stageReport('authorized', at, tokenFacts(name, at))),
    fc.constantFrom('session' as const, 'order' as const).map((target) => (at: number) => readHint(target, at)),
    fc.constantFrom('hinted', 'order').map((order) => (at: number) => readHint('order', at, order)),
    fc
      .constantFrom('cart', 'order')
      .map(
        (reference) => (at: number) =>
          stageReport('authorized', at, { merchant: { merchant_reference1: reference, at: minute(at) } }),
      ),
    fc.constantFrom('a', 'b').map((name) => (at: number) => tokenSpent(name, at)),
  ),
  { maxLength: 50 },
);

const finalWords = fc.oneof(
  fc.constant<string[]>([]),
  fc.constantFrom('COMPLETED', 'CANCELLED', 'DISABLED', 'NOT_FOUND').map((word): string[] => [word]),
);

/**
 * Reports of one payment that may all be true, in the order in which they became true. Klarna may have placed an order
 * whatever the session says; then it is read, and names itself.
 */
const legalHistory = fc
  .record({
    early: earlyReports,
    final: finalWords,
    isPaid: fc.boolean(),
    walk: walkFrom('authorized'),
    facts: fc.array(someIds, { minLength: 80, maxLength: 80 }),
  })
  .map(({ early, final, isPaid, walk, facts }) => {
    const minutes = early.length;
    const stagesOfOrder: Stage[] = isPaid ? [walk[0] ?? 'ordered', ...walk.slice(1)] : [];
    const reports = [
      ...early.map((reportAt, at) => reportAt(at)),
      ...final.map((word) => sessionUpdate(word, minutes)),
      ...stagesOfOrder.map((stage, n) => orderRead(stage, minutes + 1 + n, { order_id: ids.order_id })),
    ];
    const known = ({ order_id, ...rest }: Facts): Facts => (isPaid ? { order_id, ...rest } : rest);
    return reports.map((report, n) => ({ ...report, facts: merge(report.facts, known(facts[n] ?? {})) }));
  });

const withRepeat = (reports: Report[], n: number): Report[] => {
  const repeated = reports[n % Math.max(1, reports.length)];
  return repeated ? reports.toSpliced((n * 7) % (reports.length + 1), 0, repeated) : reports;
};

/** A legal history, and its reports as they arrive: in any order, each once or more often. */
export const arrivingHistory = legalHistory.chain((history) =>
  fc.record({
    history: fc.constant(history),
    arrivals: fc
      .tuple(fc.shuffledSubarray(history, { minLength: history.length }), fc.array(fc.nat(), { maxLength: 30 }))
      .map(([shuffled, repeats]) => repeats.reduce(withRepeat, shuffled)),
  }),
);

/** Reports of one payment that may contradict each other. */
export const anyReports = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...openWords, 'COMPLETED', 'CANCELLED', 'DISABLED'), fc.nat({ max: 20 }))
      .map(([word, at]) => sessionUpdate(word, at)),
    fc
      .tuple(fc.constantFrom(...stages), fc.nat({ max: 20 }), someIds)
      .map(([stage, at, facts]) => stageReport(stage, at, facts)),
    fc
      .tuple(fc.constantFrom('order a', 'order b'), fc.nat({ max: 20 }))
      .map(([order_id, at]) => readHint('order', at, order_id)),
  ),
  { maxLength: 60 },
);
