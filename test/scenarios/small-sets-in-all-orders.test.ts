import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../lambdas/payment/change.ts';
import type { Facts } from '../../lambdas/payment/facts.ts';
import type { Outcome, Payment } from '../../lambdas/payment/payment.ts';
import type { Report } from '../../lambdas/payment/report.ts';
import { isEnd } from '../../lambdas/payment/stages.ts';
import { anySet, trueSet } from '../support/arbitraries/small-sets.ts';
import { applyAll, applyNext } from '../support/builders/reports.ts';

type Ending = { payment: Payment; outcomes: Outcome[]; order: string };

/** The payment after each order of these reports. */
function* endings(reports: Report[], reached: Ending = { ...applyAll(), order: '' }): Generator<Ending> {
  if (reports.length === 0) yield reached;
  for (const report of reports) {
    const [payment, outcome] = applyNext(reached.payment, report);
    const order = `${reached.order} ${report.id}`;
    yield* endings(
      reports.filter((each) => each !== report),
      { payment, outcomes: [...reached.outcomes, outcome], order },
    );
  }
}

/** What must not depend on the order of the reports. */
const essenceOf = ({ stage, session, order, facts, hintedOrders, riskStop, operations }: Payment) => ({
  stage,
  session,
  order,
  facts,
  hintedOrders,
  riskStop,
  operations: operations.map(({ id, result }) => `${id} ${result?.state}`).sort(),
});

/** The changes that left an end although no order was read, and our conclusion that the session is gone was none of it. */
const wrongExits = ({ changes }: Payment): Change[] =>
  changes.filter(
    ({ stage: { from, to }, observedVia }, n) =>
      isEnd(from) &&
      from !== to &&
      observedVia !== 'order_read' &&
      !changes.slice(0, n).some(({ pspStatus }) => pspStatus === 'NOT_FOUND'),
  );

/** The different ends of these reports, each with one of the orders that lead there; that saves comparing them all. */
function differentEnds<Value>(reports: Report[], seen: (ending: Ending) => Value): [Value, string][] {
  const byText = new Map<string, [Value, string]>();
  for (const ending of endings(reports)) {
    const value = seen(ending);
    byText.set(JSON.stringify(value), [value, ending.order]);
  }
  return [...byText.values()];
}

test('whatever may be true together ends alike in every order, without a conflict', () => {
  fc.assert(
    fc.property(trueSet, (reports) => {
      const found = differentEnds(reports, ({ payment, outcomes }) => ({
        ...essenceOf(payment),
        hasConflict: outcomes.includes('conflict'),
        wrongExits: wrongExits(payment),
      }));
      for (const [end, order] of found)
        expect(end, order).toEqual({ ...found[0]?.[0], hasConflict: false, wrongExits: [] });
    }),
    { numRuns: 300 },
  );
});

test('what contradicts itself ends as one of its reports says, and every second order is kept', () => {
  fc.assert(
    fc.property(anySet, (reports) => {
      const stages = ['created', ...reports.map(({ statement }) => statement?.meaning.stage)];
      const orders = ordersIn(reports.map(({ facts }) => facts));
      const found = differentEnds(reports, ({ payment }) => ({
        stage: payment.stage,
        orders: ordersIn([payment.facts, ...payment.conflicts.map(({ facts }) => facts)]),
        wrongExits: wrongExits(payment),
      }));
      for (const [end, order] of found) {
        expect(stages, order).toContain(end.stage);
        expect(end, order).toMatchObject({ orders, wrongExits: [] });
      }
    }),
    { numRuns: 200 },
  );
});

/** The ids of orders, each once. */
const ordersIn = (facts: Facts[]) => [...new Set(facts.flatMap(({ order_id }) => order_id ?? []))].sort();
