import { paymentId, type PaymentId } from '../payment/payment-id.ts';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type TaskRun, runTasks } from '../flows/tasks/run-tasks.ts';


import { type RunDueTasksDependencies, runDueTasksDependencies } from '../dependencies/run-due-tasks.ts';
import { logTaskRun } from '../logging/task-entries.ts';
import { lambdaHandler } from './lambda-handler.ts';

/** Every minute from the schedule, and at once from the table's stream when something is due. */
type Wake = { scheduled: true } | Pick<DynamoDBStreamEvent, 'Records'>;

type Clock = Pick<Context, 'getRemainingTimeInMillis'>;

/** How many payments are worked on at once, and how many are looked up at once. */
const atOnce = 10;
const most = 500;

/** Milliseconds that a run leaves unused: what it began is finished, and it is over when the schedule wakes the next one. */
const reserve = 65_000;

/** Does what is owed to payments: reads, orders, tokens, interrupted operations. What fails is put off and comes again. */
export const runDueTasks =
  (house: RunDueTasksDependencies) =>
  async (wake: Wake, clock: Clock): Promise<DynamoDBBatchResponse> => {
    if ('Records' in wake) await advanceAll(house, named(wake), clock);
    else await advanceDue(house, clock);
    return { batchItemFailures: [] };
  };

export const handler = await lambdaHandler(runDueTasksDependencies, runDueTasks);

/** The longest waiting first, until nothing new is due; what could not be put off either is not met twice in one run. */
async function advanceDue(house: RunDueTasksDependencies, clock: Clock): Promise<void> {
  const met = new Set<PaymentId>();
  while (hasTime(clock)) {
    const waiting = ids(await house.due({ now: house.now(), most })).filter((id) => !met.has(id));
    if (waiting.length === 0) return;
    for (const id of waiting) met.add(id);
    await advanceAll(house, waiting, clock);
  }
}

const hasTime = (clock: Clock) => clock.getRemainingTimeInMillis() > reserve;

async function advanceAll(house: RunDueTasksDependencies, waiting: PaymentId[], clock: Clock): Promise<void> {
  const worker = async () => {
    for (let id = waiting.shift(); id && hasTime(clock); id = waiting.shift()) await advanceOne(house, id);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** One payment that cannot be read, or not even be put off, keeps no other from what is owed to it. */
async function advanceOne(house: RunDueTasksDependencies, id: PaymentId): Promise<void> {
  const unread = (error: unknown): TaskRun => ({
    ...{ payment: id, completed: [], conflicts: 0, refusals: 0, learned: [], warned: [] },
    failed: { kind: undefined, error, inARow: Number.POSITIVE_INFINITY },
  });
  logTaskRun(house.journal, await runTasks(house, id).catch(unread));
}

const named = ({ Records }: Pick<DynamoDBStreamEvent, 'Records'>) =>
  ids(Records.map(({ dynamodb }) => dynamodb?.Keys?.id?.S ?? ''));

const ids = (texts: string[]): PaymentId[] => [...new Set(texts)].map(paymentId).filter((id) => id !== undefined);
