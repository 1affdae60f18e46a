import type { Advanced } from '../flows/tasks/run-tasks.ts';
import type { Change, PaymentId } from '../payment/payment.ts';
import { type Journal, reasonOf } from './logger.ts';

/** What one run did for one payment, as lines of the log: nothing when there was nothing to do. */
export function noteAdvanced(journal: Journal, { payment, learned, warned, confirmed, ...advanced }: Advanced): void {
  for (const change of learned) noteLearned(journal, change);
  for (const change of warned) noteWarned(journal, change);
  if (confirmed?.published || confirmed?.refused) noteSwept(journal, { payment, ...confirmed });
  if (advanced.did.length > 0 || advanced.failed) noteDuties(journal, { payment, ...advanced });
}

type Duties = Omit<Advanced, 'learned' | 'warned' | 'confirmed'>;

/** Failures in a row, each after a longer pause: about half an hour. */
const stuckAfter = 6;

function noteDuties(journal: Journal, { payment, did, conflicts, refusals, failed }: Duties): void {
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

/** A callback that should have told this did not come in time. Only a session carries Klarna's own clock. */
function noteLearned(journal: Journal, { paymentId, sequence, pspStatus, at, observedAt, observedVia }: Change): void {
  const readDelay = observedVia === 'session_read' && { ReadDelayMs: Date.parse(observedAt) - Date.parse(at) };
  journal({
    level: 'warn',
    message: 'learned by reading',
    fields: { payment: paymentId, sequence, word: pspStatus, via: observedVia },
    metrics: { LearnedByReading: 1, ...readDelay },
  });
}

function noteWarned(journal: Journal, { paymentId, sequence, attention }: Change): void {
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

type Swept = { payment: PaymentId; published: number; refused?: string | undefined };

function noteSwept(journal: Journal, { payment, published, refused }: Swept): void {
  journal({
    level: 'error',
    message: 'swept',
    fields: { payment, reason: refused },
    metrics: { ...(published > 0 && { Swept: published }), ...(refused && { Refused: 1 }) },
  });
}
