import { randomUUID } from 'node:crypto';
import { checked } from './checks.ts';
import { addCapture } from './new-order.ts';
import { captureBody, dueBody, refundBody } from './order-bodies.ts';
import { badValue, KlarnaProblem } from '../problem.ts';
import { type Answer, type Capture, days, isOver, later, type Order, type State } from '../state.ts';

/** Order Management: what can be done to an order, and in which state. */
export function knownOrder(state: State, id: string): Order {
  const order = state.orders.get(id);
  if (!order) throw new KlarnaProblem(404, 'NO_SUCH_ORDER', 'No such order');
  const isOpen = order.status === 'AUTHORIZED' || order.status === 'PART_CAPTURED';
  if (isOpen && isOver(state, order.expires_at)) order.status = 'EXPIRED';
  return order;
}

/** GET /ordermanagement/v1/orders/{order_id} */
export function readOrder(state: State, id: string): Answer {
  const { purchase, acknowledged, ...order } = knownOrder(state, id);
  const initial_payment_method = { type: 'FIXED_AMOUNT', description: 'Slice it.' };
  return { status: 200, body: { ...purchase, initial_payment_method, ...order } };
}

/** POST …/acknowledge */
export function acknowledge(state: State, id: string): Answer {
  knownOrder(state, id).acknowledged = true;
  return { status: 204 };
}

/** POST …/captures */
export function capture(state: State, id: string, given: unknown): Answer {
  const order = knownOrder(state, id);
  const { captured_amount, reference, description, shipping_info = [] } = checked(captureBody, given);
  const isOpen = order.status === 'AUTHORIZED' || order.status === 'PART_CAPTURED';
  if (!isOpen || order.fraud_status !== 'ACCEPTED')
    throw new KlarnaProblem(403, 'CAPTURE_NOT_ALLOWED', 'Not allowed to capture, order not in correct state');
  if (captured_amount > order.remaining_authorized_amount)
    throw new KlarnaProblem(403, 'CAPTURE_NOT_ALLOWED', 'Captured amount exceeds the remaining authorized amount');
  if (captured_amount === 0) throw badValue('captured_amount');
  const capture_id = addCapture(state, order, { captured_amount, reference, description, shipping_info });
  order.acknowledged = true;
  return {
    status: 201,
    headers: { 'capture-id': capture_id, location: `/ordermanagement/v1/orders/${id}/captures/${capture_id}` },
  };
}

export function knownCapture(state: State, id: string, capture_id: string): Capture {
  const found = knownOrder(state, id).captures.find((each) => each.capture_id === capture_id);
  if (!found) throw new KlarnaProblem(404, 'NO_SUCH_CAPTURE', 'No such capture');
  return found;
}

/** POST …/refunds */
export function refund(state: State, id: string, given: unknown): Answer {
  const order = knownOrder(state, id);
  const { refunded_amount, reference, description } = checked(refundBody, given);
  if (order.status === 'CLOSED') throw new KlarnaProblem(403, 'REFUND_NOT_ALLOWED', 'The order is closed');
  if (refunded_amount > order.captured_amount - order.refunded_amount || order.captured_amount === 0)
    throw new KlarnaProblem(403, 'REFUND_NOT_ALLOWED', 'Refund amount exceeds what is captured');
  if (refunded_amount === 0) throw badValue('refunded_amount');
  const refund_id = randomUUID();
  order.refunds.push({ refund_id, refunded_amount, refunded_at: state.now().toISOString(), reference, description });
  order.refunded_amount += refunded_amount;
  spread(order, refunded_amount);
  return {
    status: 201,
    headers: { 'refund-id': refund_id, location: `/ordermanagement/v1/orders/${id}/refunds/${refund_id}` },
  };
}

/** A refund takes from the oldest captures first. */
function spread({ captures }: Order, refunded: number): void {
  let left = refunded;
  for (const each of captures) {
    const taken = Math.min(left, each.captured_amount - each.refunded_amount);
    each.refunded_amount += taken;
    left -= taken;
  }
}

/** GET …/refunds/{refund_id} */
export function readRefund(state: State, id: string, refund_id: string): Answer {
  const found = knownOrder(state, id).refunds.find((each) => each.refund_id === refund_id);
  if (!found) throw new KlarnaProblem(404, 'NOT_FOUND', 'No such refund');
  return { status: 200, body: found };
}

/** POST …/cancel */
export function cancel(state: State, id: string): Answer {
  const order = knownOrder(state, id);
  if (order.status === 'CANCELLED') return { status: 204 };
  if (order.status !== 'AUTHORIZED')
    throw new KlarnaProblem(403, 'CANCEL_NOT_ALLOWED', 'Order has captures or is closed');
  order.status = 'CANCELLED';
  order.remaining_authorized_amount = 0;
  return { status: 204 };
}

/** POST …/release-remaining-authorization */
export function release(state: State, id: string): Answer {
  const order = knownOrder(state, id);
  if (order.status === 'CAPTURED') return { status: 204 };
  if (order.status !== 'PART_CAPTURED')
    throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Order has no captures, or is cancelled');
  order.remaining_authorized_amount = 0;
  order.status = 'CAPTURED';
  return { status: 204 };
}

/** POST …/extend-authorization-time */
export function extendAuthorization(state: State, id: string): Answer {
  const order = knownOrder(state, id);
  if (order.status !== 'AUTHORIZED' && order.status !== 'PART_CAPTURED')
    throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Order is expired or cancelled');
  order.expires_at = later(state, 28 * days);
  return { status: 204 };
}

/** PATCH …/captures/{capture_id}/extend-due-date */
export function extendDueDate(
  state: State,
  { id, capture_id, body }: { id: string; capture_id: string; body: unknown },
): Answer {
  const found = knownCapture(state, id, capture_id);
  found.due_in_days += checked(dueBody, body).number_of_days;
  return { status: 204 };
}
