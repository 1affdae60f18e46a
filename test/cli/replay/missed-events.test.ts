import { expect, test } from 'vitest';
import { missedEvents } from '../../../cli/replay/missed-events.ts';
import type { PaymentChanges } from '../../../cli/replay/payments.ts';
import type { LastReceived } from '../../../cli/replay/received-events.ts';
import { openPayment } from '../../../lambdas/payment/record.ts';
import { applyTo, minute, paymentIdOf, stageReport } from '../../support/builders/reports.ts';

const payment = paymentIdOf('order-1');

/** Four changes, observed at these minutes, of which so many were known to be out at a minute. */
const paymentWith = (confirmation?: [sequence: number, at: number]): PaymentChanges => ({
  payment,
  changes: [10, 20, 30, 40].map((at, n) => ({ sequence: n + 1, observedAt: minute(at) })),
  confirmation: confirmation && { sequence: confirmation[0], at: minute(confirmation[1]) },
});

/** Where the replay since this minute starts. */
async function startSince(since: number, known: PaymentChanges, more: { until?: number; joins?: boolean } = {}) {
  const { until, joins } = more;
  const period = { since: minute(since), until: until === undefined ? undefined : minute(until) };
  const payments = {
    find: async () => undefined,
    all: async function* () {
      yield known;
    },
  };
  const starts = missedEvents(payments, { received: new Map(), period, joins }, () => undefined);
  return (await starts.next()).value?.from;
}

test.each<[what: string, confirmation: [number, number] | undefined, since: number, from: number | undefined]>([
  ['that were all out before it leave nothing to replay', [4, 50], 51, undefined],
  ['observed in it are replayed, those that were out before are not', [2, 25], 26, 3],
  ['observed before it that were not known to be out are replayed', [2, 35], 36, 3],
  ['none of which was compared before it are all replayed', undefined, 51, 1],
  ['compared only after it may have been published after it', [4, 60], 51, 1],
  ['compared at its very beginning were out', [4, 51], 51, undefined],
])('changes %s', async (_, confirmation, since, from) => {
  expect(await startSince(since, paymentWith(confirmation))).toBe(from);
});

test('a change after the end of the period is not replayed', async () => {
  expect(await startSince(5, paymentWith(), { until: 9 })).toBeUndefined();
});

test('a subscriber that joins starts at the latest change of a payment that it has missed nothing of', async () => {
  expect(await startSince(51, paymentWith([4, 50]), { joins: true })).toBe(4);
  expect(await startSince(36, paymentWith([2, 35]), { joins: true })).toBe(3);
  expect(await startSince(51, { payment, changes: [] }, { joins: true })).toBeUndefined();
});

/** A restore left two changes of incarnation a; the payment went on with two of incarnation b. */
const before = openPayment(payment, minute(0), 'a');
const after = applyTo(before, stageReport('in_progress', 1), stageReport('authorized', 2));
const restored = applyTo({ ...after, incarnation: 'b' }, stageReport('ordered', 3), stageReport('captured', 4));

test.each<[received: LastReceived, from: number]>([
  [{ sequence: 1 }, 2],
  [{ sequence: 7 }, 8],
  [{ sequence: 1, incarnation: 'a' }, 2],
  [{ sequence: 7, incarnation: 'a' }, 3],
  [{ sequence: 3, incarnation: 'b' }, 4],
  [{ sequence: 4, incarnation: 'b' }, 5],
])('after the last received event %j the replay of a restored payment starts at %i', async (received, from) => {
  const payments = { find: async () => restored, all: async function* () {} };
  const starts = missedEvents(payments, { received: new Map([[payment, received]]) }, () => undefined);
  expect((await starts.next()).value).toEqual({ payment, from });
});
