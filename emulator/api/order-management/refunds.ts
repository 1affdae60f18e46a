import { randomUUID } from 'node:crypto';
import { badValue, KlarnaProblem } from '../../problem.ts';
import type { EmulatedOrder } from '../../state.ts';
import type { ApiOperation } from '../api-call.ts';
import { checkBody } from '../body-check.ts';
import { refundBody } from './bodies.ts';
import { orderById } from './order-lifecycle.ts';

/** POST …/refunds */
export const refundOrder: ApiOperation = ({ state, id, body }) => {
  const order = orderById(state, id);
  const { refunded_amount, reference, description } = checkBody(refundBody, body);
  if (order.status === 'CLOSED') throw new KlarnaProblem(403, 'REFUND_NOT_ALLOWED', 'The order is closed');
  if (refunded_amount > order.captured_amount - order.refunded_amount || order.captured_amount === 0)
    throw new KlarnaProblem(403, 'REFUND_NOT_ALLOWED', 'Refund amount exceeds what is captured');
  if (refunded_amount === 0) throw badValue('refunded_amount');
  const refund_id = randomUUID();
  order.refunds.push({ refund_id, refunded_amount, refunded_at: state.now().toISOString(), reference, description });
  order.refunded_amount += refunded_amount;
  refundOldestCaptures(order, refunded_amount);
  return {
    status: 201,
    headers: { 'refund-id': refund_id, location: `/ordermanagement/v1/orders/${id}/refunds/${refund_id}` },
  };
};

function refundOldestCaptures({ captures }: EmulatedOrder, amount: number): void {
  let remaining = amount;
  for (const capture of captures) {
    const refunded = Math.min(remaining, capture.captured_amount - capture.refunded_amount);
    capture.refunded_amount += refunded;
    remaining -= refunded;
  }
}

/** GET …/refunds/{refund_id} */
export const getRefund: ApiOperation = ({ state, id, part }) => {
  const refund = orderById(state, id).refunds.find((each) => each.refund_id === part);
  if (!refund) throw new KlarnaProblem(404, 'NOT_FOUND', 'No such refund');
  return { status: 200, body: refund };
};
