import { KlarnaProblem } from '../../problem.ts';
import type { ApiOperation } from '../api-call.ts';
import { checkBody } from '../body-check.ts';
import { authorizationBody, referencesBody, shippingBody } from './bodies.ts';
import { isOpen, orderById } from './order-lifecycle.ts';

/** PATCH …/authorization */
export const updateAuthorization: ApiOperation = ({ state, id, body }) => {
  const order = orderById(state, id);
  const { order_amount } = checkBody(authorizationBody, body);
  if (!isOpen(order) || order.fraud_status !== 'ACCEPTED' || order_amount < order.captured_amount)
    throw new KlarnaProblem(403, 'NOT_ALLOWED', 'Not allowed to change the authorization');
  order.order_amount = order_amount;
  order.remaining_authorized_amount = order_amount - order.captured_amount;
  return { status: 204 };
};

/** PATCH …/customer-details; keeps nothing of them. */
export const updateConsumerDetails: ApiOperation = ({ state, id }) => {
  if (orderById(state, id).status === 'CANCELLED') throw orderCancelled();
  return { status: 204 };
};

/** PATCH …/merchant-references */
export const updateMerchantReferences: ApiOperation = ({ state, id, body }) => {
  const order = orderById(state, id);
  if (order.status === 'CANCELLED') throw orderCancelled();
  const { merchant_reference1, merchant_reference2 } = checkBody(referencesBody, body);
  if (merchant_reference1 !== undefined) order.purchase.merchant_reference1 = merchant_reference1;
  if (merchant_reference2 !== undefined) order.purchase.merchant_reference2 = merchant_reference2;
  return { status: 204 };
};

/** POST …/shipping-info */
export const appendOrderShippingInfo: ApiOperation = ({ state, id, body }) => {
  const order = orderById(state, id);
  order.shipping_info.push(...checkBody(shippingBody, body).shipping_info);
  return { status: 204 };
};

const orderCancelled = () => new KlarnaProblem(403, 'NOT_ALLOWED', 'Order is cancelled');
