import { after, decisionTime, earlier, hours, minutes, sessionLifetime } from './clocks.ts';
import type { Payment } from './payment.ts';
import type { ReadTarget } from './report.ts';

/** A read of Klarna, and when it is due. */
export type Read = { kind: 'read session' | 'read order'; dueAt: string };

/**
 * The reads of Klarna that are due next. A read that a report requested is due at once. Otherwise a session is read about 2, 10 and
 * 30 minutes after it was made, then hourly, and once after its end; a pending order every half hour for 25 hours, then daily;
 * an order that may still be captured once after it expired.
 */
export const reads = (payment: Payment): Read[] => [
  ...requestedReads(payment),
  ...sessionReads(payment),
  ...orderReads(payment),
];

/** When a report last requested a read of `target` that has not happened since; undefined where none is outstanding. */
export const requestedRead = ({ readRequests, lastReads }: Payment, target: ReadTarget): string | undefined =>
  readRequests[target] && readRequests[target] >= (lastReads[target] ?? '') ? readRequests[target] : undefined;

function requestedReads(payment: Payment): Read[] {
  const { facts, hintedOrder } = payment;
  const [session, order] = [requestedRead(payment, 'session'), requestedRead(payment, 'order')];
  return [
    ...(order && (facts.order_id || hintedOrder) ? [{ kind: 'read order', dueAt: order } as const] : []),
    ...(session && facts.hpp_session_id ? [{ kind: 'read session', dueAt: session } as const] : []),
  ];
}

/** When the hosted session is over, with a minute to spare. */
export const sessionClosing = ({ facts, openedAt }: Payment): string =>
  after(facts.expires_at ?? after(openedAt, sessionLifetime), minutes);

function sessionReads(payment: Payment): Read[] {
  const { facts, lastReads, openedAt } = payment;
  if (!facts.hpp_session_id || !isSessionOpen(payment)) return [];
  const closing = sessionClosing(payment);
  const last = lastReads.session ?? openedAt;
  if (last > after(closing, facts.order_id ? 0 : 24 * hours)) return [];
  const next = nextRead(openedAt, last);
  return [{ kind: 'read session', dueAt: last < closing ? earlier(next, closing) : next }];
}

/**
 * The shopper may still decide, or has decided and the resulting order is not known yet. If a push told us of the order first,
 * the session's own last word is still to be read.
 */
export function isSessionOpen({ request, facts, session, stage }: Payment): boolean {
  if (facts.order_id) return facts.hpp_session_id !== undefined && !session?.final;
  if (stage !== 'created' && stage !== 'in_progress' && stage !== 'authorized') return false;
  return !session?.final || (request !== undefined && request.flow !== 'tokenize');
}

/** The first of the slots +2, +10, +30 minutes, +1 h, +2 h … after `opened` that lies behind `last`. */
function nextRead(opened: string, last: string): string {
  const age = Date.parse(last) - Date.parse(opened);
  const early = [2, 10, 30].map((each) => each * minutes).find((slot) => slot > age);
  return after(opened, early ?? (Math.floor(age / hours) + 1) * hours);
}

function orderReads(payment: Payment): Read[] {
  const { stage, order, lastReads } = payment;
  const { order: last } = lastReads;
  if (!order || !last) return [];
  if (stage === 'pending') return [{ kind: 'read order', dueAt: after(last, pendingInterval(payment, last)) }];
  const { expires_at: expires } = order;
  if ((stage !== 'ordered' && stage !== 'part_captured') || !expires || last > expires) return [];
  return [{ kind: 'read order', dueAt: after(expires, minutes) }];
}

function pendingInterval({ changes, openedAt }: Payment, last: string): number {
  const [since = openedAt] = changes.flatMap(({ stage, observedAt }) => (stage.to === 'pending' ? [observedAt] : []));
  return Date.parse(last) - Date.parse(since) < decisionTime ? 30 * minutes : 24 * hours;
}
