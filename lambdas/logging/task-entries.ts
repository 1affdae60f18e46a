import type { TaskRun } from '../flows/tasks/run-tasks.ts';
import type { Change } from '../payment/change.ts';
import { type LogEntry, reasonOf } from './logger.ts';

/** One run of due tasks for one payment as log entries: none when there was nothing to do. */
export function taskRunEntries(run: TaskRun): LogEntry[] {
  const { republication } = run;
  return [
    ...run.missed.map(missedCallbackEntry),
    ...run.warnings.map(warningEntry),
    ...(republication?.published || republication?.refused ? [republicationEntry(run.payment, republication)] : []),
    ...(run.completed.length + run.failures.length > 0 ? [tasksEntry(run)] : []),
  ];
}

/** Failures in a row, each after a longer pause: about a quarter of an hour. */
const stuckAfter = 6;

function tasksEntry({ payment, completed, conflicts, refusals, placedOrders, failures }: TaskRun): LogEntry {
  const isStuck = failures.some(({ inARow }) => inARow >= stuckAfter);
  const [first] = failures;
  return {
    level: levelOf(failures, isStuck),
    message: 'tasks',
    fields: {
      payment,
      completed: completed.join(', '),
      failed: failures.map(({ kind = 'read payment' }) => kind).join(', ') || undefined,
      reason: first && reasonOf(first.error),
    },
    metrics: {
      TasksDone: completed.length,
      ...(first && { TasksFailed: failures.length }),
      ...(isStuck && { TasksStuck: 1 }),
      ...(conflicts > 0 && { Conflicts: conflicts }),
      ...(refusals > 0 && { OperationsFailed: refusals }),
      ...(placedOrders > 0 && { OrdersPlaced: placedOrders }),
    },
  };
}

function levelOf(failures: TaskRun['failures'], isStuck: boolean): 'info' | 'warn' | 'error' {
  if (isStuck) return 'error';
  return failures.length > 0 ? 'warn' : 'info';
}

/** A callback that should have reported this did not arrive in time. Only a session carries Klarna's own clock. */
function missedCallbackEntry({ paymentId, sequence, pspStatus, at, observedAt, observedVia }: Change): LogEntry {
  const readDelay = observedVia === 'session_read' && { ReadDelayMs: Date.parse(observedAt) - Date.parse(at) };
  return {
    level: 'warn',
    message: 'missed callback',
    fields: { payment: paymentId, sequence, word: pspStatus, via: observedVia },
    metrics: { LearnedByReading: 1, ...readDelay },
  };
}

const warningEntry = ({ paymentId, sequence, attention }: Change): LogEntry => ({
  level: 'warn',
  message: 'attention needed',
  fields: { payment: paymentId, sequence, ...attention },
  ...(attention && { metrics: { [attentionMetrics[attention.reason]]: 1 } }),
});

const attentionMetrics = {
  authorization_expiring: 'AuthorizationsExpiring',
  capture_deadline: 'CaptureDeadlines',
  order_unclaimed: 'OrdersUnclaimed',
  stuck: 'PaymentsStuck',
  operation_unanswered: 'OperationsUnanswered',
  task_failing: 'FailingTasks',
} as const satisfies Record<NonNullable<Change['attention']>['reason'], string>;

const republicationEntry = (
  payment: string,
  { published, refused }: NonNullable<TaskRun['republication']>,
): LogEntry => ({
  level: 'error',
  message: 'republished',
  fields: { payment, reason: refused },
  metrics: { ...(published > 0 && { Republished: published }), ...(refused && { Refused: 1 }) },
});
