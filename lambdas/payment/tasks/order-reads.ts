import { after, days, decisionTime, earlier, hours, minutes } from '../clocks.ts';
import type { HintedOrder, Payment } from '../payment.ts';
import type { OrderSnapshot, ReadTarget } from '../report.ts';
import { isEnd, type Stage } from '../stages.ts';
import type { Task } from './task.ts';

/** When a read of `target` was requested that has not started since; undefined where none is outstanding. */
export function requestedRead({ readRequests, lastReads }: Payment, target: ReadTarget): string | undefined {
  const request = readRequests[target];
  return request && request.version > (lastReads[target]?.version ?? -1) ? request.at : undefined;
}

/** The orders that a notification or push named and that were not read yet; without the one that is ours. */
export const unreadHints = ({ hintedOrders, facts }: Payment): HintedOrder[] =>
  hintedOrders.filter(({ order_id, result }) => !result && order_id !== facts.order_id);

/**
 * All reasons to read an order. A read that a report requested is due at once. A pending order is read every half hour
 * for 25 hours, then daily. Where Klarna announced a stop that the order does not show yet: 2, 10 and 30 minutes later.
 * An order that may still change is read 4, 8, 16 … hours after its last change, and a minute after its authorization
 * has expired.
 */
export function orderReads(payment: Payment): Task[] {
  const hinted = unreadHints(payment).map(
    ({ order_id, observedAt }): Task => ({ kind: 'read hinted order', about: order_id, dueAt: observedAt }),
  );
  const requested = payment.facts.order_id ? requestedRead(payment, 'order') : undefined;
  const times = [...(requested ? [requested] : []), ...scheduledReads(payment)];
  return [...hinted, ...times.map((dueAt): Task => ({ kind: 'read order', dueAt }))];
}

/** A payment whose order was read. */
type WithOrder = Payment & { order: OrderSnapshot };

function scheduledReads({ order, ...payment }: Payment): string[] {
  const last = payment.lastReads.order?.at;
  if (!order || !last) return [];
  const read: WithOrder = { ...payment, order };
  return [...stopReads(read, last), ...(read.stage === 'pending' ? pendingReads(read, last) : watch(read, last))];
}

/** After 30 minutes the announcement counts as an error: the watch goes on. */
function stopReads({ riskStop, order }: WithOrder, last: string): string[] {
  if (!riskStop || order.fraud_status === 'REJECTED') return [];
  const age = Date.parse(last) - Date.parse(riskStop);
  return [2, 10, 30].flatMap((slot) => (slot * minutes > age ? [after(riskStop, slot * minutes)] : [])).slice(0, 1);
}

function pendingReads(payment: Payment, last: string): string[] {
  const isOverdue = Date.parse(last) - Date.parse(reachedAt(payment, 'pending')) >= decisionTime;
  return [after(last, isOverdue ? 24 * hours : 30 * minutes)];
}

/** When the payment first came to a stage; when it was opened where its changes do not tell. */
const reachedAt = ({ changes, openedAt }: Payment, stage: Stage): string =>
  changes.find((change) => change.stage.to === stage)?.observedAt ?? openedAt;

/** A day after its deadline an order has expired, whatever the clocks say. */
const afterDeadline = days;

/** Refunds are watched for this long after the last capture. */
const refundTime = 180 * days;

/** Klarna lets a merchant capture a rejected order for four hours. */
const captureAfterRejection = 5 * hours;

/** Until when an order may change past the relay; undefined where it has ended. */
function watchedUntil(payment: WithOrder): string | undefined {
  const { stage } = payment;
  if (stage === 'rejected') return after(reachedAt(payment, 'rejected'), captureAfterRejection);
  if (stage === 'captured' || stage === 'part_refunded') return refundableUntil(payment);
  return isEnd(stage) ? undefined : openUntil(payment);
}

function openUntil(payment: WithOrder): string {
  const expires = payment.order.expires_at;
  return expires ? after(expires, afterDeadline) : after(reachedAt(payment, 'ordered'), refundTime);
}

function refundableUntil({ changes, openedAt }: Payment): string {
  const captured = changes.findLast(({ stage: { to } }) => to === 'captured' || to === 'part_captured');
  return after(captured?.observedAt ?? openedAt, refundTime);
}

function watch(payment: WithOrder, last: string): string[] {
  const { stage, order, changes, openedAt } = payment;
  const until = watchedUntil(payment);
  if (!until || last >= until) return [];
  const changedAt = changes.findLast(({ attention }) => !attention)?.observedAt ?? openedAt;
  const deadline = order.expires_at;
  const isOpen = stage === 'ordered' || stage === 'part_captured';
  return [
    earlier(nextSlot(changedAt, last), until),
    ...(isOpen && deadline && last <= deadline ? [after(deadline, minutes)] : []),
  ];
}

/** The first of the slots 4, 8, 16 … hours after `changedAt` that lies behind `last`. */
function nextSlot(changedAt: string, last: string): string {
  const age = Date.parse(last) - Date.parse(changedAt);
  let slot = 4 * hours;
  while (slot <= age) slot *= 2;
  return after(changedAt, slot);
}
