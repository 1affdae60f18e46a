import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type Advanced, advance } from '../flows/advance.ts';
import { paymentId } from '../klarna/genuine.ts';
import type { PaymentId } from '../payment/payment.ts';
import { type AdvancingHouse, advancingHouse } from './advancing-house.ts';
import { housed } from './house.ts';

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
      for (let id = waiting.shift(); id && hasTime(); id = waiting.shift()) note(house, await advance(house, id));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return { batchItemFailures: [] };
  };

export const handler = await housed(advancingHouse, advancePayments);

const due = async ({ due, now }: AdvancingHouse) => ids(await due({ now: now(), most }));

const named = ({ Records }: Pick<DynamoDBStreamEvent, 'Records'>) =>
  ids(Records.map(({ dynamodb }) => dynamodb?.Keys?.id?.S ?? ''));

const ids = (texts: string[]): PaymentId[] => [...new Set(texts)].map(paymentId).filter((id) => id !== undefined);

function note({ journal }: AdvancingHouse, { payment, did, conflicts, failed }: Advanced): void {
  if (did.length === 0 && !failed) return;
  const reason = failed?.error instanceof Error ? failed.error.message : undefined;
  journal({
    level: failed ? 'warn' : 'info',
    message: 'duty',
    fields: { payment, did: did.join(', '), failed: failed?.does, reason },
    metrics: {
      DutiesDone: did.length,
      ...(failed && { DutiesFailed: 1 }),
      ...(conflicts > 0 && { Conflicts: conflicts }),
      ...(did.includes('place order') && { OrdersPlaced: 1 }),
    },
  });
}
