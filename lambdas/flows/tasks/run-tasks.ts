import type { Change } from '../../payment/change.ts';
import { after, tokenLifetime } from '../../payment/clocks.ts';
import { usableToken } from '../../payment/facts.ts';
import type { Payment } from '../../payment/payment.ts';
import type { PaymentId } from '../../payment/payment-id.ts';
import { changesAdded, nothingRecorded, type RecordResult, revise } from '../../payment/record.ts';
import { withWarnings } from '../../payment/tasks/attention.ts';
import { taskKey } from '../../payment/tasks/backoffs.ts';
import type { Task } from '../../payment/tasks/task.ts';
import { dueTask } from '../../payment/tasks/tasks.ts';
import { createCustomerToken } from '../create-customer-token.ts';
import { placeOrder } from '../place-order.ts';
import { backOff, endPause } from './back-off.ts';
import { type ConfirmingPorts, confirmChanges, type Republication } from './confirm-changes.ts';
import { abandonSession, concludeAuthorization, discardExpired } from './ends.ts';
import { type FinishingPorts, finishInterrupted } from './finish-interrupted.ts';
import { missedCallbacks } from './missed-callbacks.ts';
import { type ReadPorts, readHintedOrder, readOrder, readSession } from './read-back.ts';

export type TaskPorts = FinishingPorts & ReadPorts & ConfirmingPorts & { random: () => number };

/** What one run did for one payment. */
export type TaskRun = {
  payment: PaymentId;
  completed: Task['kind'][];
  /** How many reports of this run contradicted the payment. */
  conflicts: number;
  /** How many operations this run finished with an error. */
  refusals: number;
  /** How many orders this run placed. */
  placedOrders: number;
  /** Changes that a callback should have reported and that a scheduled read found. */
  missed: Change[];
  /** Warnings that this run gave. */
  warnings: Change[];
  republication?: Republication;
  failures: TaskFailure[];
};

/**
 * A task that failed, why, and how many failures there were in a row; without `kind` when the payment could not be read.
 */
type TaskFailure = { kind: Task['kind'] | undefined; error: unknown; inARow: number };

/** A run that has done nothing yet. */
export const emptyRun = (payment: PaymentId): TaskRun => ({
  payment,
  completed: [],
  conflicts: 0,
  refusals: 0,
  placedOrders: 0,
  missed: [],
  warnings: [],
  failures: [],
});

/**
 * One task may lead to the next: a session is read, its order placed, the order read. More than that waits for the next
 * run.
 */
const maxTasks = 10;

/**
 * Does the tasks of one payment that are due now. A task that fails is postponed and tried again, at growing intervals;
 * the others are done all the same.
 */
export async function runTasks(ports: TaskPorts, id: PaymentId): Promise<TaskRun> {
  const run = emptyRun(id);
  const failed = new Set<string>();
  let payment = await ports.store.find(id);
  while (payment && run.completed.length + failed.size < maxTasks) {
    const task = dueTask(payment, ports.now().toISOString(), failed);
    if (!task) break;
    const done = await attemptTask(ports, payment, task);
    if ('error' in done) {
      failed.add(taskKey(task));
      run.failures.push({
        kind: task.kind,
        error: done.error,
        inARow: done.payment.backoffs[taskKey(task)]?.count ?? 1,
      });
    } else note(run, { payment, task, done });
    payment = done.payment;
  }
  return run;
}

/** What the task did, or why it failed; then it pauses. */
async function attemptTask(
  ports: TaskPorts,
  payment: Payment,
  task: Task,
): Promise<Done | { payment: Payment; error: unknown }> {
  try {
    const done = await doTask(ports, payment, task);
    return { ...done, payment: await endPause(ports, done.payment, task) };
  } catch (error) {
    return { payment: await backOff(ports, payment, { task, error }), error };
  }
}

type Done = RecordResult & { republication?: Republication };

function note(run: TaskRun, { payment, task, done }: { payment: Payment; task: Task; done: Done }): void {
  run.completed.push(task.kind);
  run.conflicts += done.outcomes.filter((outcome) => outcome === 'conflict').length;
  const finished = done.changes.filter(({ operation }) => operation);
  run.refusals += finished.filter(({ state }) => state === 'ERROR').length;
  run.placedOrders += finished.filter(
    ({ operation, state }) => operation?.kind === 'order' && state === 'SUCCESS',
  ).length;
  run.missed.push(...missedCallbacks(payment, task, done.changes));
  run.warnings.push(...done.changes.filter(({ attention }) => attention));
  if (done.republication) run.republication = done.republication;
}

/** Does one task; the payment as it was saved, so that the next task needs no read. */
async function doTask(ports: TaskPorts, payment: Payment, task: Task): Promise<Done> {
  if (task.kind === 'warn') return giveWarnings(ports, payment, task.dueAt);
  if (task.kind === 'create customer token' || task.kind === 'place order')
    return useAuthorization(ports, payment, task);
  if (task.kind === 'discard token') return discardExpired(ports, payment, task.about);
  if (task.kind === 'abandon session') return abandonSession(ports, payment);
  if (task.kind === 'conclude authorization') return concludeAuthorization(ports, payment);
  if (task.kind === 'confirm changes')
    return { ...nothingRecorded(payment), ...(await confirmChanges(ports, payment)) };
  if (task.kind === 'finish operation') return finishInterrupted(ports, payment, task.about);
  if (task.kind === 'read hinted order') return readHintedOrder(ports, payment, task.about);
  return (task.kind === 'read session' ? readSession : readOrder)(ports, payment);
}

/** An authorization that ran out before it was used is of no more use: Klarna is not asked. */
function useAuthorization(ports: TaskPorts, payment: Payment, { kind }: Task): Promise<Done> {
  const token = usableToken(payment.facts);
  if (token && after(token.at, tokenLifetime) <= ports.now().toISOString())
    return discardExpired(ports, payment, token.fingerprint);
  return kind === 'place order' ? placeOrder(ports, payment) : createCustomerToken(ports, payment);
}

async function giveWarnings({ store, now }: TaskPorts, known: Payment, until: string): Promise<RecordResult> {
  const at = now().toISOString();
  const [payment, changes] = await revise(store, { id: known.id, at, known }, (before) => {
    const after = withWarnings(before, at, until);
    return [after, changesAdded(before, after)];
  });
  return { payment, outcomes: [], changes };
}
