import { after, earlier, grace, hours, minutes, sessionLifetime } from '../clocks.ts';
import type { Payment } from '../payment.ts';
import { requestedRead } from './order-reads.ts';
import type { Task } from './task.ts';

/**
 * A session is read at once where a report requests it, else about 2, 10 and 30 minutes after it was made, then hourly,
 * and once after its end. A session that was never made ends the payment.
 */
export function sessionTasks(payment: Payment): Task[] {
  const { facts } = payment;
  if (!facts.hpp_session_id) return unmadeSession(payment);
  const requested = requestedRead(payment, 'session');
  const times = [...(requested ? [requested] : []), ...scheduledReads(payment)];
  return times.map((dueAt): Task => ({ kind: 'read session', dueAt }));
}

/** When Klarna no longer shows the session. */
export const sessionEnd = ({ facts, openedAt }: Payment): string =>
  facts.expires_at ?? after(openedAt, sessionLifetime);

function scheduledReads(payment: Payment): string[] {
  const { facts, lastReads, openedAt } = payment;
  if (!isSessionOpen(payment)) return [];
  const closing = after(sessionEnd(payment), minutes);
  const last = lastReads.session?.at ?? openedAt;
  if (last > after(closing, facts.order_id ? 0 : 24 * hours)) return [];
  const next = nextRead(openedAt, last);
  return [last < closing ? earlier(next, closing) : next];
}

/**
 * The caller of an interrupted creation may still ask again, until the session would have ended. Klarna's refusal of
 * every request to create it is final once no other one can be under way.
 */
function unmadeSession(payment: Payment): Task[] {
  const { request, stage, facts, operations } = payment;
  if (!request || stage !== 'created' || facts.order_id) return [];
  const session = operations.find(({ kind }) => kind === 'session');
  if (!session || session.result?.state === 'SUCCESS') return [];
  const { result } = session;
  return [{ kind: 'abandon session', dueAt: result ? after(result.at, grace) : after(sessionEnd(payment), minutes) }];
}

/**
 * The shopper may still decide, or has decided and the resulting order is not known yet. If a push reported the order
 * first, the session's own last word is still to be read.
 */
function isSessionOpen({ request, facts, session, stage }: Payment): boolean {
  if (facts.order_id) return !session?.final;
  if (stage !== 'created' && stage !== 'in_progress' && stage !== 'authorized') return false;
  return !session?.final || (request !== undefined && request.flow !== 'tokenize');
}

/** The first of the slots +2, +10, +30 minutes, +1 h, +2 h … after `opened` that lies behind `last`. */
function nextRead(opened: string, last: string): string {
  const age = Date.parse(last) - Date.parse(opened);
  const early = [2, 10, 30].map((each) => each * minutes).find((slot) => slot > age);
  return after(opened, early ?? (Math.floor(age / hours) + 1) * hours);
}
