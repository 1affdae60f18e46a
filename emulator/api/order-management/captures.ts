import { badValue, KlarnaProblem } from '../../problem.ts';
import type { EmulatedCapture, EmulatorState } from '../../state.ts';
import type { ApiOperation } from '../api-call.ts';
import { checkBody } from '../body-check.ts';
import { addCapture } from '../payments/new-order.ts';
import { captureBody, dueDateBody, shippingBody } from './bodies.ts';
import { isOpen, orderById } from './order-lifecycle.ts';

/** POST …/captures */
export const captureOrder: ApiOperation = ({ state, id, body }) => {
  const order = orderById(state, id);
  const { captured_amount, reference, description, shipping_info = [] } = checkBody(captureBody, body);
  if (!isOpen(order) || order.fraud_status !== 'ACCEPTED')
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
};

/** GET …/captures */
export const getCaptures: ApiOperation = ({ state, id }) => ({ status: 200, body: orderById(state, id).captures });

/** GET …/captures/{capture_id} */
export const getCapture: ApiOperation = ({ state, id, part }) => ({ status: 200, body: captureById(state, id, part) });

/** PATCH …/captures/{capture_id}/extend-due-date */
export const extendDueDate: ApiOperation = ({ state, id, part, body }) => {
  const capture = captureById(state, id, part);
  capture.due_in_days += checkBody(dueDateBody, body).number_of_days;
  return { status: 204 };
};

/** GET …/captures/{capture_id}/extend-due-date-options */
export const getOptionsForExtendDueDate: ApiOperation = ({ state, id, part }) => {
  captureById(state, id, part);
  return { status: 200, body: { extend_due_date_options: [{ number_of_days: 10 }, { number_of_days: 20 }] } };
};

/** POST …/captures/{capture_id}/shipping-info */
export const appendShippingInfo: ApiOperation = ({ state, id, part, body }) => {
  if (orderById(state, id).captures.length === 0) throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Order has no captures');
  captureById(state, id, part).shipping_info.push(...checkBody(shippingBody, body).shipping_info);
  return { status: 204 };
};

/** POST …/captures/{capture_id}/trigger-send-out */
export const triggerSendOut: ApiOperation = ({ state, id, part }) => {
  captureById(state, id, part);
  return { status: 204 };
};

function captureById(state: EmulatorState, id: string, capture_id: string): EmulatedCapture {
  const capture = orderById(state, id).captures.find((each) => each.capture_id === capture_id);
  if (!capture) throw new KlarnaProblem(404, 'NO_SUCH_CAPTURE', 'No such capture');
  return capture;
}
