import type { PaymentId } from '../../payment/payment-id.ts';
import type { Report } from '../../payment/report.ts';
import { withWarnings } from '../../payment/attention.ts';
import { type Task, nextTask } from '../../payment/tasks.ts';
import type { Payment } from '../../payment/payment.ts';
import { record, recordAll, revise } from '../../payment/record.ts';
import { type Confirmed, type ConfirmingPorts, confirmChanges } from './confirm-changes.ts';
import { createCustomerToken } from '../create-customer-token.ts';
import { type FinishingPorts, finishInterrupted } from './finish-interrupted.ts';
import { isByClock, type TaskFindings, noteFindings, type Step } from './missed-callbacks.ts';
import { type ReadPorts, readOrder, readSession } from './read-back.ts';
import { placeOrder } from '../place-order.ts';
import { backOff } from './back-off.ts';
import { endsPayment, abandoned } from '../operation-reports.ts';

export type TaskPorts = FinishingPorts & ReadPorts & ConfirmingPorts & { random: () => number };

export type TaskRun = TaskFindings & {
  payment: PaymentId;
  completed: Task['kind'][];
  /** How often Klarna contradicted what is held. */
  conflicts: number;
  /** How many operations ended without what was asked for. */
  refusals: number;
  /** What never went out by the stream. */
  confirmed?: Confirmed;
  /** What failed, why, and how often in a row by now; without `does` when the payment could not even be read. */
  failed?: { kind: Task['kind'] | undefined; error: unknown; inARow: number };
};

/** One duty may bring the next: a session is read, its token placed, its order read. More than that waits for the next run. */
const mostAtOnce = 10;

/** Does what is due for one payment now. What cannot be done is put off and tried again, ever more rarely. */
export async function runTasks(ports: TaskPorts, id: PaymentId): Promise<TaskRun> {
  const startedAt = ports.now().toISOString();
  const done: Done = { completed: [], learned: [], warned: [] };
  for (let before: Step | undefined; ; ) {
    const payment = await ports.store.find(id);
    if (before) noteFindings(done, before, payment?.changes.slice(before.changes));
    const owed = payment && nextTask(payment);
    if (!owed || owed.dueAt > ports.now().toISOString() || done.completed.length === mostAtOnce)
      return { payment: id, ...done, ...since(startedAt, payment) };
    try {
      await perform(ports, { payment, owed, done });
    } catch (error) {
      const after = await backOff(ports, id, error);
      const failed = { kind: owed.kind, error, inARow: after.backoff?.count ?? 1 };
      return { payment: id, ...done, ...since(startedAt, after), failed };
    }
    done.completed.push(owed.kind);
    before = { changes: payment.changes.length, byClock: isByClock(payment, owed) };
  }
}

type Done = Pick<TaskRun, 'completed' | 'learned' | 'warned' | 'confirmed'>;

const since = (startedAt: string, payment: Payment | undefined) => ({
  conflicts: payment?.recentReports.filter(({ outcome, observedAt }) => outcome === 'conflict' && observedAt >= startedAt).length ?? 0,
  refusals:
    payment?.changes.filter((change) => change.operation && change.state === 'ERROR' && change.observedAt >= startedAt)
      .length ?? 0,
});

type Due = { payment: Payment; owed: Task; done: Done };

async function perform(ports: TaskPorts, { payment, owed, done }: Due): Promise<unknown> {
  if (owed.kind === 'warn') return giveWarning(ports, payment, owed.dueAt);
  if (owed.kind === 'create customer token') return createCustomerToken(ports, payment);
  if (owed.kind === 'place order') return placeOrder(ports, payment);
  if (owed.kind === 'forget token') return record(ports.store, payment.id, forgotten(ports, payment, owed.fingerprint));
  if (owed.kind === 'give up session') return giveUpSession(ports, payment);
  if (owed.kind === 'confirm changes') {
    done.confirmed = await confirmChanges(ports, payment);
    return;
  }
  if (owed.kind === 'finish operation') return finishInterrupted(ports, payment, owed.operation);
  return (owed.kind === 'read session' ? readSession : readOrder)(ports, payment);
}

function giveWarning({ store, now }: TaskPorts, { id }: Payment, until: string): Promise<unknown> {
  const at = now().toISOString();
  return revise(store, { id, at }, (payment) => [withWarnings(payment, at, until), undefined]);
}

/** An authorization token is worth nothing after 60 minutes (Klarna, "Authorization callback"). */
function forgotten({ now }: TaskPorts, { facts }: Payment, fingerprint: string): Report {
  const observedAt = now().toISOString();
  const authorizations = facts.authorizations?.flatMap((token) =>
    token.fingerprint === fingerprint ? [{ fingerprint, at: token.at }] : [],
  );
  return {
    id: `forget ${fingerprint}`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: observedAt,
    observedAt,
    facts: { authorizations },
  };
}

async function giveUpSession(ports: TaskPorts, payment: Payment): Promise<unknown> {
  const operation = payment.operations.find(({ kind, result }) => kind === 'session' && !result);
  if (!operation) return undefined;
  const report = abandoned(operation, { observedAt: ports.now().toISOString() });
  return recordAll(ports.store, payment.id, [report, endsPayment('expired', report)]);
}
