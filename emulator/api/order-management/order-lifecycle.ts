import { KlarnaProblem } from '../../problem.ts';
import { days, type EmulatedOrder, type EmulatorState, isPast, timeIn } from '../../state.ts';
import type { ApiOperation } from '../api-call.ts';

/** The order with this id; an open one expires as soon as its time has passed. */
export function orderById(state: EmulatorState, id: string): EmulatedOrder {
  const order = state.orders.get(id);
  if (!order) throw new KlarnaProblem(404, 'NO_SUCH_ORDER', 'No such order');
  if (isOpen(order) && isPast(state, order.expires_at)) order.status = 'EXPIRED';
  return order;
}

/** True while more may be captured. */
export const isOpen = ({ status }: EmulatedOrder) => status === 'AUTHORIZED' || status === 'PART_CAPTURED';

/** GET /ordermanagement/v1/orders/{order_id} */
export const getOrder: ApiOperation = ({ state, id }) => {
  const { purchase, acknowledged, rejected_at, ...order } = orderById(state, id);
  const initial_payment_method = { type: 'FIXED_AMOUNT', description: 'Slice it.' };
  return { status: 200, body: { ...purchase, initial_payment_method, ...order } };
};

/** POST …/acknowledge */
export const acknowledgeOrder: ApiOperation = ({ state, id }) => {
  orderById(state, id).acknowledged = true;
  return { status: 204 };
};

/** POST …/cancel */
export const cancelOrder: ApiOperation = ({ state, id }) => {
  const order = orderById(state, id);
  if (order.status === 'CANCELLED') return { status: 204 };
  if (order.status !== 'AUTHORIZED')
    throw new KlarnaProblem(403, 'CANCEL_NOT_ALLOWED', 'Order has captures or is closed');
  order.status = 'CANCELLED';
  order.remaining_authorized_amount = 0;
  return { status: 204 };
};

/** POST …/release-remaining-authorization */
export const releaseRemainingAuthorization: ApiOperation = ({ state, id }) => {
  const order = orderById(state, id);
  if (order.status === 'CAPTURED') return { status: 204 };
  if (order.status !== 'PART_CAPTURED')
    throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Order has no captures, or is cancelled');
  order.remaining_authorized_amount = 0;
  order.status = 'CAPTURED';
  return { status: 204 };
};

/** POST …/extend-authorization-time */
export const extendAuthorizationTime: ApiOperation = ({ state, id }) => {
  const order = orderById(state, id);
  if (!isOpen(order)) throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Order is expired or cancelled');
  order.expires_at = timeIn(state, 28 * days);
  return { status: 204 };
};
