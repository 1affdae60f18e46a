import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type RunDueTasksDependencies, runDueTasksDependencies } from '../dependencies/run-due-tasks.ts';
import { emptyRun, runTasks, type TaskRun } from '../flows/tasks/run-tasks.ts';
import { taskRunEntries } from '../logging/task-entries.ts';
import { type PaymentId, paymentId } from '../payment/payment-id.ts';
import { lambdaHandler } from './lambda-handler.ts';

/** Every minute from the schedule, and from the table's stream as soon as a task is due. */
type Trigger = { scheduled: true } | Pick<DynamoDBStreamEvent, 'Records'>;

type Clock = Pick<Context, 'getRemainingTimeInMillis'>;

/** How many payments are worked on at once, and how many ids one query round returns. */
const parallel = 10;
const most = 500;

/** Milliseconds that a run leaves unused, so that it finishes its work before the schedule starts the next one. */
const reserve = 65_000;

/**
 * Runs the due tasks of payments: reads, orders, tokens, interrupted operations. A failed task is postponed and tried
 * again.
 */
export const runDueTasks =
  (dependencies: RunDueTasksDependencies) =>
  async (trigger: Trigger, clock: Clock): Promise<DynamoDBBatchResponse> => {
    if ('Records' in trigger) await runAll(dependencies, idsIn(trigger), clock);
    else await runDue(dependencies, clock);
    return { batchItemFailures: [] };
  };

export const handler = await lambdaHandler(runDueTasksDependencies, runDueTasks);

/**
 * Longest overdue first, until nothing new is due. A payment that could not even be postponed is not tried twice in one
 * run.
 */
async function runDue(dependencies: RunDueTasksDependencies, clock: Clock): Promise<void> {
  const seen = new Set<PaymentId>();
  while (hasTime(clock)) {
    const due = paymentIds(await dependencies.due({ now: dependencies.now(), most })).filter((id) => !seen.has(id));
    if (due.length === 0) return;
    for (const id of due) seen.add(id);
    await runAll(dependencies, due, clock);
  }
}

const hasTime = (clock: Clock) => clock.getRemainingTimeInMillis() > reserve;

async function runAll(dependencies: RunDueTasksDependencies, due: PaymentId[], clock: Clock): Promise<void> {
  const worker = async () => {
    for (let id = due.shift(); id && hasTime(clock); id = due.shift()) await runOne(dependencies, id);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** A payment that cannot be read, or not even be postponed, does not keep the others waiting. */
async function runOne(dependencies: RunDueTasksDependencies, id: PaymentId): Promise<void> {
  const unreadable = (error: unknown): TaskRun => ({
    ...emptyRun(id),
    failures: [{ kind: undefined, error, inARow: Number.POSITIVE_INFINITY }],
  });
  const run = await runTasks(dependencies, id).catch(unreadable);
  for (const entry of taskRunEntries(run)) dependencies.logger(entry);
}

const idsIn = ({ Records }: Pick<DynamoDBStreamEvent, 'Records'>) =>
  paymentIds(Records.map(({ dynamodb }) => dynamodb?.Keys?.id?.S ?? ''));

const paymentIds = (texts: string[]): PaymentId[] =>
  [...new Set(texts)].map(paymentId).filter((id) => id !== undefined);
