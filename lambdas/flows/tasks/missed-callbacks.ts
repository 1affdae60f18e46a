import { requestedRead } from '../../payment/read-schedule.ts';
import type { Change } from '../../payment/change.ts';
import type { Task } from '../../payment/tasks.ts';
import type { Payment } from '../../payment/payment.ts';

/** What the work of a run brought that somebody should know of. */
export type TaskFindings = {
  /** Changes that a callback should have told, and that a reading by the clock taught instead. */
  learned: Change[];
  /** Changes that say that somebody should look. */
  warned: Change[];
};

/** How many changes there were before something was done, and whether it was a reading that nobody had asked for. */
export type Step = { changes: number; byClock: boolean };

export const isByClock = (payment: Payment, { kind }: Task) =>
  (kind === 'read session' && !requestedRead(payment, 'session')) ||
  (kind === 'read order' && !requestedRead(payment, 'order'));

export function noteFindings({ learned, warned }: TaskFindings, { byClock }: Step, news: Change[] = []): void {
  warned.push(...news.filter(({ attention }) => attention));
  if (byClock) learned.push(...news.filter(isCalledFor));
}

/** Klarna calls for every word of a session but the first and the last, which nobody says, and for what becomes of a pending order. */
function isCalledFor({ observedVia, pspStatus, stage }: Change): boolean {
  if (observedVia === 'order_read') return stage.from === 'pending';
  return observedVia === 'session_read' && pspStatus !== 'WAITING' && pspStatus !== 'NOT_FOUND';
}
