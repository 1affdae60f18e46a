import type { Change } from '../payment/change.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import type { TaskRun } from '../flows/tasks/run-tasks.ts';

import { type Logger, reasonOf } from './logger.ts';

/** What one run did for one payment, as lines of the log: nothing when there was nothing to do. */
export function logTaskRun(journal: Logger, { payment, learned, warned, confirmed, ...advanced }: TaskRun): void {
  for (const change of learned) noteLearned(journal, change);
  for (const change of warned) noteWarned(journal, change);
  if (confirmed?.published || confirmed?.refused) noteSwept(journal, { payment, ...confirmed });
  if (advanced.completed.length > 0 || advanced.failed) noteDuties(journal, { payment, ...advanced });
}

type Duties = Omit<TaskRun, 'learned' | 'warned' | 'confirmed'>;

/** Failures in a row, each after a longer pause: about half an hour. */
const stuckAfter = 6;

function noteDuties(journal: Logger, { payment, completed, conflicts, refusals, failed }: Duties): void {
  const isStuck = failed !== undefined && failed.inARow >= stuckAfter;
  journal({
    level: levelOf(failed, isStuck),
    message: 'duty',
    fields: { payment, did: completed.join(', '), failed: failed?.kind, reason: failed && reasonOf(failed.error) },
    metrics: {
      TasksDone: completed.length,
      ...(failed && { TasksFailed: 1 }),
      ...(isStuck && { TasksStuck: 1 }),
      ...(conflicts > 0 && { Conflicts: conflicts }),
      ...(refusals > 0 && { OperationsFailed: refusals }),
      ...(completed.includes('place order') && { OrdersPlaced: 1 }),
    },
  });
}

function levelOf(failed: TaskRun['failed'], isStuck: boolean): 'info' | 'warn' | 'error' {
  if (isStuck) return 'error';
  return failed ? 'warn' : 'info';
}

/** A callback that should have told this did not come in time. Only a session carries Klarna's own clock. */
function noteLearned(journal: Logger, { paymentId, sequence, pspStatus, at, observedAt, observedVia }: Change): void {
  const readDelay = observedVia === 'session_read' && { ReadDelayMs: Date.parse(observedAt) - Date.parse(at) };
  journal({
    level: 'warn',
    message: 'learned by reading',
    fields: { payment: paymentId, sequence, word: pspStatus, via: observedVia },
    metrics: { LearnedByReading: 1, ...readDelay },
  });
}

function noteWarned(journal: Logger, { paymentId, sequence, attention }: Change): void {
  if (!attention) return;
  journal({
    level: 'warn',
    message: 'attention needed',
    fields: { payment: paymentId, sequence, ...attention },
    metrics: { [counted[attention.reason]]: 1 },
  });
}

const counted = {
  authorization_expiring: 'AuthorizationsExpiring',
  capture_deadline: 'CaptureDeadlines',
  order_unclaimed: 'OrdersUnclaimed',
  stuck: 'PaymentsStuck',
  operation_unanswered: 'OperationsUnanswered',
} as const satisfies Record<NonNullable<Change['attention']>['reason'], string>;

type Republished = { payment: PaymentId; published: number; refused?: string | undefined };

function noteSwept(journal: Logger, { payment, published, refused }: Republished): void {
  journal({
    level: 'error',
    message: 'swept',
    fields: { payment, reason: refused },
    metrics: { ...(published > 0 && { Republished: published }), ...(refused && { Refused: 1 }) },
  });
}
