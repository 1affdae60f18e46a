import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from '../../lambdas/payment/apply.ts';
import { withWarnings } from '../../lambdas/payment/attention.ts';
import { merge } from '../../lambdas/payment/facts.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { PaymentStore } from '../../lambdas/payment/record.ts';
import { openPayment, record } from '../../lambdas/payment/record.ts';
import type { Report } from '../../lambdas/payment/report.ts';
import { compareStages, type Stage, stages, stepsFrom } from '../../lambdas/payment/stages.ts';

import {
  applyAll,
  minute,
  orderRead,
  paymentIdOf,
  readHint,
  sessionUpdate,
  stageReport,
  tokenFacts,
  tokenSpent,
} from '../support/builders/reports.ts';

const runs = { numRuns: 2500 };
const restless = ['IN_PROGRESS', 'BACK', 'FAILED', 'ERROR', 'MANUAL_ID_CHECK', 'WAITING'] as const;
const ids = { hpp_session_id: 'hpp', kp_session_id: 'kp', order_id: 'order', klarna_reference: 'ref' };

const factsOfOne = fc.subarray(Object.entries(ids)).map((known) => Object.fromEntries(known));

/** A walk along the graph's own steps, some of them never heard of. */
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

const interludes = fc.array(
  fc.oneof(
    fc.constantFrom(...restless).map((word) => ({ word })),
    fc.constantFrom('a', 'b', 'c').map((name) => ({ name })),
    fc.constantFrom('session' as const, 'order' as const).map((look) => ({ look })),
    fc.constantFrom('hinted', 'order').map((hint) => ({ hint })),
    fc.constantFrom('cart', 'order').map((shop) => ({ shop })),
    fc.constantFrom('a', 'b').map((gone) => ({ gone })),
  ),
  { maxLength: 50 },
);

type Interlude =
  | { word: (typeof restless)[number] }
  | { name: string }
  | { look: 'session' | 'order' }
  | { hint: string }
  | { shop: string }
  | { gone: string };

const interludeAt = (interlude: Interlude, at: number): Report => {
  if ('word' in interlude) return sessionUpdate(interlude.word, at);
  if ('look' in interlude) return readHint(interlude.look, at);
  if ('hint' in interlude) return readHint('order', at, interlude.hint);
  if ('gone' in interlude) return tokenSpent(interlude.gone, at);
  if ('shop' in interlude)
    return stageReport('authorized', at, { merchant: { merchant_reference1: interlude.shop, at: minute(at) } });
  return stageReport('authorized', at, tokenFacts(interlude.name, at));
};

const endings = fc.oneof(
  fc.constant<'COMPLETED'[]>([]),
  fc.constantFrom(...(['COMPLETED', 'CANCELLED', 'DISABLED'] as const)).map((word) => [word]),
);

/** Stages beyond the authorization are read from the order, which names itself. */
const readAs = (stage: Stage, at: number): Report => orderRead(stage, at, { order_id: ids.order_id });

/** Everything that Klarna may tell of one payment, in the order in which it came true. */
const legalHistory = fc
  .tuple(interludes, endings, walkFrom('authorized'), fc.array(factsOfOne, { minLength: 80, maxLength: 80 }))
  .map(([before, ending, walk, facts]) => {
    const minutes = before.length;
    const completed = ending[0] === 'COMPLETED';
    const reports = [
      ...before.map(interludeAt),
      ...ending.map((word) => sessionUpdate(word, minutes)),
      ...(completed ? walk.map((stage, n) => readAs(stage, minutes + 1 + n)) : []),
    ];
    return reports.map((report, n) => ({ ...report, facts: merge(report.facts, facts[n] ?? {}) }));
  });

/** The same tellings in some order, each once or more often. */
const toldSomehow = legalHistory.chain((history) =>
  fc.record({
    history: fc.constant(history),
    arrivals: fc
      .tuple(fc.shuffledSubarray(history, { minLength: history.length }), fc.array(fc.nat(), { maxLength: 30 }))
      .map(([shuffled, repeats]) => repeats.reduce((all, n) => again(all, n), shuffled)),
  }),
);

const again = (reports: Report[], n: number): Report[] => {
  const repeated = reports[n % Math.max(1, reports.length)];
  return repeated ? reports.toSpliced((n * 7) % (reports.length + 1), 0, repeated) : reports;
};

const essence = ({ stage, session, order, facts, lastReads, readRequests, hintedOrder }: Payment) => ({
  stage,
  session,
  order,
  facts,
  lastReads,
  readRequests,
  hintedOrder,
});

const isOneStory = ({ id, stage, changes }: Payment) => {
  changes.forEach((change, n) => {
    expect(change).toMatchObject({ id: `${id}.${n + 1}`, sequence: n + 1 });
    expect(change.stage.from).toBe(n === 0 ? 'created' : changes[n - 1]?.stage.to);
    expect(['ahead', 'same']).toContain(compareStages({ held: change.stage.from, reported: change.stage.to }));
  });
  expect(changes.at(-1)?.stage.to ?? 'created').toBe(stage);
  const moves = changes.map(({ stage, pspStatus, at }) => `${stage.to} ${pspStatus} ${at}`);
  expect(new Set(moves).size).toBe(moves.length);
};

test('any order and any repeats of a legal history end in the same stage, session and facts', () => {
  fc.assert(
    fc.property(toldSomehow, ({ history, arrivals }) => {
      expect(essence(applyAll(...arrivals).payment)).toEqual(essence(applyAll(...history).payment));
    }),
    runs,
  );
});

test('a legal history in any order holds no contradiction', () => {
  fc.assert(
    fc.property(toldSomehow, ({ arrivals }) => {
      expect(applyAll(...arrivals).outcomes).not.toContain('conflict');
    }),
    runs,
  );
});

test('subscribers see each change once, in a sequence without gaps that walks the graph forward', () => {
  fc.assert(
    fc.property(toldSomehow, ({ arrivals }) => isOneStory(applyAll(...arrivals).payment)),
    runs,
  );
});

const anything = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...restless, 'COMPLETED', 'CANCELLED', 'DISABLED'), fc.nat({ max: 20 }))
      .map(([word, at]) => sessionUpdate(word, at)),
    fc
      .tuple(fc.constantFrom(...stages), fc.nat({ max: 20 }), factsOfOne)
      .map(([stage, at, facts]) => stageReport(stage, at, facts)),
    fc
      .tuple(fc.constantFrom('order a', 'order b'), fc.nat({ max: 20 }))
      .map(([order_id, at]) => readHint('order', at, order_id)),
  ),
  { maxLength: 60 },
);

test('even contradictory tellings make one story, and what was final stays', () => {
  fc.assert(
    fc.property(anything, (reports) => {
      const { payment } = applyAll(...reports);
      isOneStory(payment);
      const final = payment.changes.findIndex((change) => change.final);
      expect(payment.session?.final ?? false).toBe(final >= 0);
      expect(payment.changes.filter((change) => change.final).length).toBeLessThanOrEqual(1);
    }),
    runs,
  );
});

/** A store in which others save between our read and our save, as often as `rivals` says. */
function contested(rivals: number[]): { store: PaymentStore; kept: () => Payment | undefined } {
  let kept: Payment | undefined;
  let turn = 0;
  return {
    kept: () => kept,
    store: {
      find: async () => kept && structuredClone(kept),
      save: async (payment) => {
        const rival = rivals[turn++ % rivals.length] ?? 0;
        if (rival || payment.version !== (kept?.version ?? 0)) return { stale: kept && structuredClone(kept) };
        kept = { ...structuredClone(payment), version: payment.version + 1 };
        return { saved: structuredClone(kept) };
      },
    },
  };
}

test('through the door too: told again until it is taken, every telling counts once', async () => {
  await fc.assert(
    fc.asyncProperty(
      toldSomehow,
      fc.array(fc.nat({ max: 1 }), { minLength: 3, maxLength: 9 }),
      async (story, rivals) => {
        const { store, kept } = contested([...rivals, 0]);
        for (const report of story.arrivals)
          await record(store, paymentIdOf('order-1'), report).catch(() =>
            record(store, paymentIdOf('order-1'), report),
          );
        const payment = kept() ?? applyAll().payment;
        expect(essence(payment)).toEqual(essence(applyAll(...story.history).payment));
        isOneStory(payment);
      },
    ),
    { numRuns: 500 },
  );
});

/** Minutes after which warnings are due that no history of these tests outlives. */
const clocks = [60, 200, 2000, 6000];

test('warnings that come between the tellings change nothing but the sequence, and come once each', () => {
  fc.assert(
    fc.property(toldSomehow, fc.array(fc.constantFrom(...clocks), { maxLength: 6 }), ({ history, arrivals }, times) => {
      const payment = arrivals.reduce<Payment>(
        (held, report, n) => {
          const [after] = apply(held, report);
          const time = times[n % Math.max(1, times.length)];
          return time === undefined ? after : withWarnings(after, minute(time));
        },
        openPayment(paymentIdOf('order-1'), minute(0)),
      );
      expect(essence(payment)).toEqual(essence(applyAll(...history).payment));
      expect(payment.changes.map(({ sequence }) => sequence)).toEqual(payment.changes.map((_, n) => n + 1));
      const given = payment.changes.flatMap(({ attention }) => (attention ? [JSON.stringify(attention)] : []));
      expect(new Set(given).size).toBe(given.length);
    }),
    { numRuns: 500 },
  );
});
