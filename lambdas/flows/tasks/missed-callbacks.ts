import type { Change } from '../../payment/change.ts';
import type { Payment } from '../../payment/payment.ts';
import { requestedRead } from '../../payment/tasks/order-reads.ts';
import type { Task } from '../../payment/tasks/task.ts';

/** The changes of a scheduled read that a callback should have reported. Requested reads do not count. */
export const missedCallbacks = (payment: Payment, { kind }: Task, changes: Change[]): Change[] =>
  isScheduledRead(payment, kind) ? changes.filter(isCalledBack) : [];

const isScheduledRead = (payment: Payment, kind: Task['kind']) =>
  (kind === 'read session' && !requestedRead(payment, 'session')) ||
  (kind === 'read order' && !requestedRead(payment, 'order'));

/**
 * Klarna calls back for every word of a session except the first and NOT_FOUND, and for the decision on a pending
 * order.
 */
function isCalledBack({ observedVia, pspStatus, stage }: Change): boolean {
  if (observedVia === 'order_read') return stage.from === 'pending';
  return observedVia === 'session_read' && pspStatus !== 'WAITING' && pspStatus !== 'NOT_FOUND';
}
