import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { chargeBody, checked } from './checks.ts';
import { newOrder } from './new-order.ts';
import { KlarnaProblem } from '../problem.ts';
import type { Answer, CustomerToken, Order, State } from '../state.ts';
import { checkSums } from './sums.ts';

/** GET /customer-token/v1/tokens/{customerToken} */
export function readCustomerToken(state: State, id: string): Answer {
  const token = state.customerTokens.get(id);
  if (!token) throw new KlarnaProblem(404, 'NOT_FOUND', 'invalid customer-token ID');
  const card = { brand: 'VISA', expiry_date: '12/2030', masked_number: '************1234' };
  return { status: 200, body: { payment_method_type: 'CARD', status: token.status, card } };
}

/** POST /customer-token/v1/tokens/{customerToken}/order; `placed` learns of the order. */
export function charge(state: State, asked: { id: string; body: unknown; placed: (order: Order) => void }): Answer {
  const token = state.customerTokens.get(asked.id);
  if (!token) throw new KlarnaProblem(404, 'TOKEN_NOT_FOUND', 'customer token not found');
  const body = checked(chargeBody, asked.body);
  const country = body.order_lines.some(({ type }) => type === 'sales_tax') ? 'US' : '';
  checkSums(body, country);
  refuse(state, token, body.step_up === 'SUPPORTED');
  const { auto_capture, step_up, ...purchase } = body;
  const order = newOrder(state, {
    purchase,
    fraud: 'ACCEPTED',
    capture: auto_capture,
  });
  asked.placed(order);
  const { order_id, fraud_status } = order;
  return { status: 200, body: { order_id, fraud_status, redirect_url: 'https://credit.klarna.com/redirect' } };
}

function refuse(state: State, { token_id, status, fails }: CustomerToken, stepUp: boolean): void {
  if (status === 'SUSPENDED') throw new KlarnaProblem(403, 'TOKEN_SUSPENDED', 'token is suspended');
  if (status === 'CANCELLED') throw new KlarnaProblem(403, 'TOKEN_CANCELED', 'token is cancelled');
  if (!fails) return;
  const reason = 'Purchase for payment method failed';
  const step_up_id = stepUp ? randomUUID() : undefined;
  if (step_up_id) state.stepUps.set(step_up_id, token_id);
  const more = {
    fraud_status: 'REJECTED',
    reason,
    authorized_payment_method: { type: 'card' },
    ...(step_up_id && { step_up_id }),
  };
  throw new KlarnaProblem(403, fails, reason, more);
}

const statusBody = z.looseObject({ status: z.literal('CANCELLED') });

/** PATCH /customer-token/v1/tokens/{customerToken}/status */
export function cancelCustomerToken(state: State, id: string, body: unknown): Answer {
  const token = state.customerTokens.get(id);
  if (!token) throw new KlarnaProblem(404, 'NOT_FOUND', 'invalid customer-token ID');
  checked(statusBody, body);
  token.status = 'CANCELLED';
  return { status: 202 };
}
