import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outbox, type StreamRow } from '../../lambdas/aws/outbox.ts';
import { republish } from '../../lambdas/aws/republish.ts';
import { confirmChanges } from '../../lambdas/flows/tasks/confirm-changes.ts';
import { publishChanges } from '../../lambdas/handlers/publish-changes.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import { openPayment, type PaymentStore, record } from '../../lambdas/payment/record.ts';
import { minute, paymentIdOf, readHint, sessionUpdate } from '../support/builders/reports.ts';
import { memoryStore } from '../support/harness/memory-store.ts';

const id = paymentIdOf('order-1');

/** A payment, its stream, and a bus that refuses or loses as it is told. */
function lossyRelay() {
  const { store: memory, payments } = memoryStore();
  const rows: StreamRow[] = [];
  const store: PaymentStore = {
    ...memory,
    save: async (payment) => {
      const before = payments.get(id);
      const result = await memory.save(payment);
      const [NewImage, OldImage] = [payments.get(id), before].map((each) => each && marshall(each));
      if ('saved' in result)
        rows.push({
          dynamodb: {
            SequenceNumber: String(rows.length),
            ...(NewImage && { NewImage }),
            ...(OldImage && { OldImage }),
          },
        });
      return result;
    },
  };
  let note = 0;
  let refusals: boolean[] = [];
  let isNoteLost = false;
  const events: number[] = [];
  const send = async ({ input: { Entries = [] } }: PutEventsCommand) => ({
    Entries: Entries.map(({ Detail = '' }) => {
      if (refusals.shift()) return { ErrorCode: 'ThrottlingException' };
      events.push(JSON.parse(Detail).sequence);
      return { EventId: 'e' };
    }),
  });
  const bus = { client: Object.assign(Object.create(null), { send }) as EventBridgeClient, bus: 'bus' };
  const acknowledged = async () => note;
  const publisher = publishChanges({
    publish: outbox({ ...bus, acknowledged }),
    acknowledge: async (_, accepted) => {
      if (isNoteLost) throw new Error('throttled');
      note = Math.max(note, accepted);
    },
    logger: () => undefined,
  });
  let next = 0;
  const now = () => new Date(minute(10_000));
  return {
    events,
    payment: () => payments.get(id) ?? openPayment(id, minute(0)),
    faults: (refused: boolean[], noteLost: boolean) => {
      refusals = refused;
      isNoteLost = noteLost;
    },
    save: async (adds: boolean) => {
      const at = rows.length + 1;
      await record(store, id, adds ? sessionUpdate(at % 2 ? 'IN_PROGRESS' : 'FAILED', at) : readHint('order', at));
    },
    deliver: async (count: number) => {
      const { batchItemFailures } = await publisher({ Records: rows.slice(next, next + count) as never });
      const stuck = batchItemFailures[0]?.itemIdentifier;
      next = stuck === undefined ? Math.min(rows.length, next + count) : Number(stuck);
    },
    lose: (count: number) => {
      next = Math.min(rows.length, next + count);
    },
    rewind: (count: number) => {
      next = Math.max(0, next - count);
    },
    confirm: async (payment: Payment) => {
      await confirmChanges({ store, now, acknowledged, republish: republish(bus) }, payment);
    },
  };
}

type Relay = ReturnType<typeof lossyRelay>;
type Step = (relay: Relay) => unknown;

const count = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.boolean().map((adds) => (relay: Relay) => relay.save(adds)) },
  { weight: 4, arbitrary: count.map((n) => (relay: Relay) => relay.deliver(n)) },
  { weight: 2, arbitrary: count.map((n) => (relay: Relay) => relay.lose(n)) },
  { weight: 1, arbitrary: count.map((n) => (relay: Relay) => relay.rewind(n)) },
  { weight: 1, arbitrary: fc.constant((relay: Relay) => relay.confirm(relay.payment())) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.array(fc.boolean(), { maxLength: 6 }), fc.boolean()).map(
      ([refused, noteLost]) =>
        (relay: Relay) =>
          relay.faults(refused, noteLost),
    ),
  },
);

/** One row, or one task, gets through. */
const closing: fc.Arbitrary<Step> = fc.oneof(
  fc.boolean().map((adds) => async (relay: Relay) => {
    await relay.save(adds);
    relay.lose(Number.MAX_SAFE_INTEGER);
    relay.rewind(1);
    await relay.deliver(1);
  }),
  fc.constant((relay: Relay) => relay.confirm(relay.payment())),
);

test('whatever became of rows, calls and notes, all changes are out in order as soon as one row or task gets through', async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 30 }), closing, async (steps, close) => {
    const relay = lossyRelay();
    await relay.save(true);
    for (const take of steps) await take(relay);
    relay.faults([], false);
    await close(relay);
    const firsts = [...new Set(relay.events)];
    expect(firsts).toEqual(relay.payment().changes.map(({ sequence }) => sequence));
  });
  await fc.assert(property, { numRuns: 1500 });
});
