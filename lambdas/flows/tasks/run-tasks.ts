import { withWarnings } from '../../payment/attention.ts';
import type { Change } from '../../payment/change.ts';
import { discardToken } from '../../payment/facts.ts';
import type { Payment } from '../../payment/payment.ts';
import type { PaymentId } from '../../payment/payment-id.ts';
import { changesAdded, nothingRecorded, type RecordResult, revise } from '../../payment/record.ts';
import type { Report } from '../../payment/report.ts';
import { nextTask, type Task } from '../../payment/tasks.ts';
import { createCustomerToken } from '../create-customer-token.ts';
import { endsPayment, unknownReport } from '../operation-reports.ts';
import { placeOrder } from '../place-order.ts';
import { backOff } from './back-off.ts';
import { type ConfirmingPorts, confirmChanges, type Republication } from './confirm-changes.ts';
import { type FinishingPorts, finishInterrupted } from './finish-interrupted.ts';
import { missedCallbacks } from './missed-callbacks.ts';
import { type ReadPorts, readOrder, readSession, saveReports } from './read-back.ts';

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
  /**
   * The task that failed, why, and how many failures there were in a row; without `kind` when the payment could not be
   * read.
   */
  failed?: { kind: Task['kind'] | undefined; error: unknown; inARow: number };
};

/** A run that has done nothing yet. */
export const emptyRun = (payment: PaymentId): TaskRun => ({
  payment,
  completed: [],
  conflicts: 0,
  refusals: 0,
  placedOrders: 0,
  missed: [],
  warnings: [],
});

/**
 * One task may lead to the next: a session is read, its order placed, the order read. More than that waits for the next
 * run.
 */
const maxTasks = 10;

/**
 * Does the tasks of one payment that are due now. A task that fails is postponed and tried again, at growing intervals.
 */
export async function runTasks(ports: TaskPorts, id: PaymentId): Promise<TaskRun> {
  const run = emptyRun(id);
  let payment = await ports.store.find(id);
  while (payment && run.completed.length < maxTasks) {
    const task = nextTask(payment);
    if (!task || task.dueAt > ports.now().toISOString()) break;
    try {
      const done = await doTask(ports, payment, task);
      note(run, { payment, task, done });
      payment = done.payment;
    } catch (error) {
      const { backoff } = await backOff(ports, id, error);
      return { ...run, failed: { kind: task.kind, error, inARow: backoff?.count ?? 1 } };
    }
  }
  return run;
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
  if (task.kind === 'create customer token') return createCustomerToken(ports, payment);
  if (task.kind === 'place order') return placeOrder(ports, payment);
  if (task.kind === 'discard token')
    return saveReports(ports, payment, discardReport(ports, payment, task.fingerprint));
  if (task.kind === 'abandon session') return abandonSession(ports, payment);
  if (task.kind === 'confirm changes')
    return { ...nothingRecorded(payment), ...(await confirmChanges(ports, payment)) };
  if (task.kind === 'finish operation') return finishInterrupted(ports, payment, task.operation);
  return (task.kind === 'read session' ? readSession : readOrder)(ports, payment);
}

async function giveWarnings({ store, now }: TaskPorts, known: Payment, until: string): Promise<RecordResult> {
  const at = now().toISOString();
  const [payment, changes] = await revise(store, { id: known.id, at, known }, (before) => {
    const after = withWarnings(before, at, until);
    return [after, changesAdded(before, after)];
  });
  return { payment, outcomes: [], changes };
}

/** The report that discards an expired token. */
function discardReport({ now }: TaskPorts, { facts }: Payment, fingerprint: string): Report {
  const observedAt = now().toISOString();
  const expired = facts.authorizations?.filter((token) => token.fingerprint === fingerprint);
  return {
    id: `discard ${fingerprint}`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: observedAt,
    observedAt,
    facts: { authorizations: expired?.map(discardToken) },
  };
}

async function abandonSession(ports: TaskPorts, payment: Payment): Promise<RecordResult> {
  const operation = payment.operations.find(({ kind, result }) => kind === 'session' && !result);
  if (!operation) return nothingRecorded(payment);
  const report = unknownReport(operation, { observedAt: ports.now().toISOString() });
  return saveReports(ports, payment, report, endsPayment('expired', report));
}
