import { checked } from './checks.ts';
import { authorizationBody, referencesBody, shippingBody } from './order-bodies.ts';
import { knownCapture, knownOrder } from './orders.ts';
import { KlarnaProblem } from '../problem.ts';
import type { Answer, State } from '../state.ts';

/** Order Management beside money: what a parcel, a customer or a reference is called, and how much was agreed. */
/** POST …/shipping-info, of the order */
export function addShipping(state: State, id: string, given: unknown): Answer {
  const order = knownOrder(state, id);
  order.shipping_info.push(...checked(shippingBody, given).shipping_info);
  return { status: 204 };
}

/** POST …/captures/{capture_id}/shipping-info */
export function addCaptureShipping(state: State, at: { id: string; capture_id: string; body: unknown }): Answer {
  if (knownOrder(state, at.id).captures.length === 0)
    throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Order has no captures');
  knownCapture(state, at.id, at.capture_id).shipping_info.push(...checked(shippingBody, at.body).shipping_info);
  return { status: 204 };
}

/** POST …/captures/{capture_id}/trigger-send-out */
export function sendOut(state: State, id: string, capture_id: string): Answer {
  knownCapture(state, id, capture_id);
  return { status: 204 };
}

/** GET …/captures/{capture_id}/extend-due-date-options */
export function dueDateOptions(state: State, id: string, capture_id: string): Answer {
  knownCapture(state, id, capture_id);
  return { status: 200, body: { extend_due_date_options: [{ number_of_days: 10 }, { number_of_days: 20 }] } };
}

/** PATCH …/merchant-references */
export function nameOrder(state: State, id: string, given: unknown): Answer {
  const order = knownOrder(state, id);
  if (order.status === 'CANCELLED') throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Order is cancelled');
  const { merchant_reference1, merchant_reference2 } = checked(referencesBody, given);
  if (merchant_reference1 !== undefined) order.purchase.merchant_reference1 = merchant_reference1;
  if (merchant_reference2 !== undefined) order.purchase.merchant_reference2 = merchant_reference2;
  return { status: 204 };
}

/** PATCH …/customer-details */
export function changeCustomer(state: State, id: string): Answer {
  if (knownOrder(state, id).status === 'CANCELLED') throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Order is cancelled');
  return { status: 204 };
}

/** PATCH …/authorization */
export function changeAuthorization(state: State, id: string, given: unknown): Answer {
  const order = knownOrder(state, id);
  const { order_amount } = checked(authorizationBody, given);
  const isOpen = order.status === 'AUTHORIZED' || order.status === 'PART_CAPTURED';
  if (!isOpen || order.fraud_status !== 'ACCEPTED' || order_amount < order.captured_amount)
    throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Not allowed to change the authorization');
  order.order_amount = order_amount;
  order.remaining_authorized_amount = order_amount - order.captured_amount;
  return { status: 204 };
}
