import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { KlarnaProblem } from '../../problem.ts';
import type { EmulatedCustomerToken, EmulatorState } from '../../state.ts';
import type { ApiOperation } from '../api-call.ts';
import { checkBody } from '../body-check.ts';
import { sessionOfToken } from '../hosted-page/hosted-sessions.ts';
import { newOrder } from './new-order.ts';
import { checkSums } from './order-sums.ts';
import { chargeBody } from './purchase-bodies.ts';

/** GET /customer-token/v1/tokens/{customerToken} */
export const readCustomerToken: ApiOperation = ({ state, id }) => {
  const { status } = customerTokenById(state, id);
  const card = { brand: 'VISA', expiry_date: '12/2030', masked_number: '************1234' };
  return { status: 200, body: { payment_method_type: 'CARD', status, card } };
};

/** POST /customer-token/v1/tokens/{customerToken}/order */
export const createOrderWithToken: ApiOperation = ({ state, callbacks, id, body }) => {
  const token = state.customerTokens.get(id);
  if (!token) throw new KlarnaProblem(404, 'TOKEN_NOT_FOUND', 'customer token not found');
  const { auto_capture, step_up, ...purchase } = checkBody(chargeBody, body);
  const country = purchase.order_lines.some(({ type }) => type === 'sales_tax') ? 'US' : '';
  checkSums(purchase, country);
  refuseCharge(state, token, step_up === 'SUPPORTED');
  const order = newOrder(state, { purchase, fraud: 'ACCEPTED', capture: auto_capture });
  callbacks.push(order, sessionOfToken(state, id));
  const { order_id, fraud_status } = order;
  return { status: 200, body: { order_id, fraud_status, redirect_url: 'https://credit.klarna.com/redirect' } };
};

/** @throws KlarnaProblem unless the token is active and its payment method works */
function refuseCharge(
  state: EmulatorState,
  { token_id, status, chargeError }: EmulatedCustomerToken,
  stepUp: boolean,
): void {
  if (status === 'SUSPENDED') throw new KlarnaProblem(403, 'TOKEN_SUSPENDED', 'token is suspended');
  if (status === 'CANCELLED') throw new KlarnaProblem(403, 'TOKEN_CANCELED', 'token is cancelled');
  if (!chargeError) return;
  const reason = 'Purchase for payment method failed';
  const step_up_id = stepUp ? randomUUID() : undefined;
  if (step_up_id) state.stepUps.set(step_up_id, token_id);
  throw new KlarnaProblem(403, chargeError, reason, {
    fraud_status: 'REJECTED',
    reason,
    authorized_payment_method: { type: 'card' },
    ...(step_up_id && { step_up_id }),
  });
}

const statusBody = z.looseObject({ status: z.literal('CANCELLED') });

/** PATCH /customer-token/v1/tokens/{customerToken}/status */
export const patchCustomerToken: ApiOperation = ({ state, id, body }) => {
  const token = customerTokenById(state, id);
  checkBody(statusBody, body);
  token.status = 'CANCELLED';
  return { status: 202 };
};

function customerTokenById(state: EmulatorState, id: string): EmulatedCustomerToken {
  const token = state.customerTokens.get(id);
  if (!token) throw new KlarnaProblem(404, 'NOT_FOUND', 'invalid customer-token ID');
  return token;
}
