import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyReport } from '../../lambdas/payment/apply.ts';
import type { Change } from '../../lambdas/payment/change.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import { openPayment, type PaymentStore, record } from '../../lambdas/payment/record.ts';
import { compareStages, isEnd } from '../../lambdas/payment/stages.ts';
import { withWarnings } from '../../lambdas/payment/tasks/attention.ts';
import { anyReports, arrivingHistory } from '../support/arbitraries/histories.ts';
import { applyAll, minute, paymentIdOf } from '../support/builders/reports.ts';
import { memoryStore } from '../support/harness/memory-store.ts';

const runs = { numRuns: 2500 };

/** What must not depend on the order of the reports. */
const essenceOf = ({ stage, session, order, facts, hintedOrders }: Payment) => ({
  stage,
  session,
  order,
  facts,
  hintedOrders,
});

/** Only an order leads out of an end, and Klarna's own word out of our conclusion that a session is gone. */
const mayLeave = ({ stage: { from }, observedVia }: Change, before: Change[]): boolean =>
  isEnd(from) && (observedVia === 'order_read' || before.at(-1)?.pspStatus === 'NOT_FOUND');

/** Each change once, in a sequence without gaps that walks the stage graph forward to the payment's stage. */
const expectOneSequence = ({ id, stage, changes }: Payment) => {
  changes.forEach((change, n) => {
    const { from, to } = change.stage;
    expect(change).toMatchObject({ id: `${id}.${change.incarnation}.${n + 1}`, sequence: n + 1 });
    expect(from).toBe(n === 0 ? 'created' : changes[n - 1]?.stage.to);
    if (!mayLeave(change, changes.slice(0, n)))
      expect(['ahead', 'same']).toContain(compareStages({ held: from, reported: to }));
  });
  expect(changes.at(-1)?.stage.to ?? 'created').toBe(stage);
  const moves = changes.map(({ stage, pspStatus, at }) => `${stage.to} ${pspStatus} ${at}`);
  expect(new Set(moves).size).toBe(moves.length);
};

test('any order and any repeats of a legal history end in the same stage, session and facts', () => {
  fc.assert(
    fc.property(arrivingHistory, ({ history, arrivals }) => {
      expect(essenceOf(applyAll(...arrivals).payment)).toEqual(essenceOf(applyAll(...history).payment));
    }),
    runs,
  );
});

test('a legal history in any order has no conflict', () => {
  fc.assert(
    fc.property(arrivingHistory, ({ arrivals }) => {
      expect(applyAll(...arrivals).outcomes).not.toContain('conflict');
    }),
    runs,
  );
});

test('subscribers receive each change once, in a sequence without gaps that walks the graph forward', () => {
  fc.assert(
    fc.property(arrivingHistory, ({ arrivals }) => expectOneSequence(applyAll(...arrivals).payment)),
    runs,
  );
});

test('even contradictory reports make one sequence, and a final word stays final', () => {
  fc.assert(
    fc.property(anyReports, (reports) => {
      const { payment } = applyAll(...reports);
      expectOneSequence(payment);
      const final = payment.changes.findIndex((change) => change.final);
      expect(payment.session?.final ?? false).toBe(final >= 0);
      expect(payment.changes.filter((change) => change.final).length).toBeLessThanOrEqual(1);
    }),
    runs,
  );
});

/** A store in which other processes save between a read and a save: whether they do follows `rivals`, over and over. */
function contestedStore(rivals: boolean[]) {
  const { store, payments } = memoryStore();
  let turn = 0;
  const contested: PaymentStore = {
    ...store,
    save: async (payment) =>
      rivals[turn++ % rivals.length] ? { stale: await store.find(payment.id) } : store.save(payment),
  };
  return { store: contested, payments };
}

test('a report that is recorded again until it is saved counts once', async () => {
  const id = paymentIdOf('order-1');
  await fc.assert(
    fc.asyncProperty(
      arrivingHistory,
      fc.array(fc.boolean(), { minLength: 3, maxLength: 9 }),
      async ({ history, arrivals }, rivals) => {
        const { store, payments } = contestedStore([...rivals, false]);
        for (const report of arrivals) await record(store, id, report).catch(() => record(store, id, report));
        const payment = payments.get(id) ?? applyAll().payment;
        expect(essenceOf(payment)).toEqual(JSON.parse(JSON.stringify(essenceOf(applyAll(...history).payment))));
        expectOneSequence(payment);
      },
    ),
    { numRuns: 500 },
  );
});

/** Minutes after which warnings are due. No history lasts longer. */
const warningTimes = [60, 200, 2000, 6000];

test('warnings between the reports change nothing but the sequence, and each is given once', () => {
  fc.assert(
    fc.property(
      arrivingHistory,
      fc.array(fc.constantFrom(...warningTimes), { maxLength: 6 }),
      ({ history, arrivals }, times) => {
        const payment = arrivals.reduce<Payment>(
          (held, report, n) => {
            const [after] = applyReport(held, report);
            const time = times[n % Math.max(1, times.length)];
            return time === undefined ? after : withWarnings(after, minute(time));
          },
          openPayment(paymentIdOf('order-1'), minute(0)),
        );
        expect(essenceOf(payment)).toEqual(essenceOf(applyAll(...history).payment));
        expect(payment.changes.map(({ sequence }) => sequence)).toEqual(payment.changes.map((_, n) => n + 1));
        const given = payment.changes.flatMap(({ attention }) => (attention ? [JSON.stringify(attention)] : []));
        expect(new Set(given).size).toBe(given.length);
      },
    ),
    { numRuns: 500 },
  );
});
