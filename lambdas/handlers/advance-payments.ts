import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type Advanced, advance } from '../flows/advance.ts';
import { paymentId } from '../klarna/genuine.ts';
import type { PaymentId } from '../payment/payment.ts';
import { type AdvancingHouse, advancingHouse } from './advancing-house.ts';
import { housed } from './house.ts';
import { reasonOf } from './journal.ts';

/** Every minute from the schedule, and at once from the table's stream when something is due. */
type Wake = { scheduled: true } | Pick<DynamoDBStreamEvent, 'Records'>;

/** How many payments are worked on at once, and how many one run takes on. */
const atOnce = 5;
const most = 500;

/** Milliseconds that a run leaves unused, so that what it began is finished. */
const reserve = 35_000;

/** Does what is owed to payments: reads, orders, tokens, interrupted operations. What fails is put off and comes again. */
export const advancePayments =
  (house: AdvancingHouse) =>
  async (wake: Wake, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<DynamoDBBatchResponse> => {
    const waiting = 'Records' in wake ? named(wake) : await due(house);
    const hasTime = () => context.getRemainingTimeInMillis() > reserve;
    const worker = async () => {
      for (let id = waiting.shift(); id && hasTime(); id = waiting.shift()) note(house, await advanced(house, id));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return { batchItemFailures: [] };
  };

export const handler = await housed(advancingHouse, advancePayments);

const due = async ({ due, now }: AdvancingHouse) => ids(await due({ now: now(), most }));

const named = ({ Records }: Pick<DynamoDBStreamEvent, 'Records'>) =>
  ids(Records.map(({ dynamodb }) => dynamodb?.Keys?.id?.S ?? ''));

const ids = (texts: string[]): PaymentId[] => [...new Set(texts)].map(paymentId).filter((id) => id !== undefined);

/** One payment that cannot be read, or not even be put off, keeps no other from what is owed to it. */
async function advanced(house: AdvancingHouse, id: PaymentId): Promise<Advanced> {
  try {
    return await advance(house, id);
  } catch (error) {
    const failed = { does: undefined, error, inARow: Number.POSITIVE_INFINITY };
    return { payment: id, did: [], conflicts: 0, refusals: 0, failed };
  }
}

/** Failures in a row, each after a longer pause: about half an hour. */
const stuckAfter = 6;

function note({ journal }: AdvancingHouse, { payment, did, conflicts, refusals, failed }: Advanced): void {
  if (did.length === 0 && !failed) return;
  const isStuck = failed !== undefined && failed.inARow >= stuckAfter;
  journal({
    level: levelOf(failed, isStuck),
    message: 'duty',
    fields: { payment, did: did.join(', '), failed: failed?.does, reason: failed && reasonOf(failed.error) },
    metrics: {
      DutiesDone: did.length,
      ...(failed && { DutiesFailed: 1 }),
      ...(isStuck && { DutiesStuck: 1 }),
      ...(conflicts > 0 && { Conflicts: conflicts }),
      ...(refusals > 0 && { OperationsFailed: refusals }),
      ...(did.includes('place order') && { OrdersPlaced: 1 }),
    },
  });
}

function levelOf(failed: Advanced['failed'], isStuck: boolean): 'info' | 'warn' | 'error' {
  if (isStuck) return 'error';
  return failed ? 'warn' : 'info';
}
