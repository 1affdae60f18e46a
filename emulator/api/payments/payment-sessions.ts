import { randomUUID } from 'node:crypto';
import { badValue, KlarnaProblem, notFound } from '../../problem.ts';
import { type EmulatedPaymentSession, type EmulatorState, hours, isPast, timeIn } from '../../state.ts';
import type { ApiOperation } from '../api-call.ts';
import { checkBody } from '../body-check.ts';
import { checkSums } from './order-sums.ts';
import { sessionBody } from './purchase-bodies.ts';

/** POST /payments/v1/sessions */
export const createCreditSession: ApiOperation = ({ state, body }) => {
  const purchase = checkBody(sessionBody, body);
  checkSums(purchase, purchase.purchase_country);
  if (purchase.intent !== 'tokenize' && purchase.order_amount === 0) throw badValue('order_amount');
  const { step_up_id, customer } = purchase;
  if (step_up_id !== undefined && state.stepUps.get(step_up_id) !== customer?.customer_token)
    throw badValue('step_up_id');
  const session_id = randomUUID();
  const expires_at = timeIn(state, 48 * hours);
  state.sessions.set(session_id, { session_id, body: purchase, status: 'incomplete', expires_at });
  const payment_method_categories = [{ identifier: 'pay_over_time', name: 'Slice it.' }];
  return { status: 200, body: { session_id, client_token: `client-${randomUUID()}`, payment_method_categories } };
};

/** POST /payments/v1/sessions/{session_id} */
export const updateCreditSession: ApiOperation = ({ state, id, body }) => {
  const session = openPaymentSession(state, id);
  const purchase = checkBody(sessionBody, { ...session.body, ...(body as object) });
  checkSums(purchase, purchase.purchase_country);
  session.body = purchase;
  return { status: 204 };
};

/** GET /payments/v1/sessions/{session_id} */
export const readCreditSession: ApiOperation = ({ state, id }) => {
  const { body, status, expires_at, authorization_token } = paymentSessionById(state, id);
  const { customer, billing_address, ...purchase } = body;
  return {
    status: 200,
    body: { ...purchase, status, expires_at, ...(authorization_token && { authorization_token }) },
  };
};

function paymentSessionById(state: EmulatorState, id: string): EmulatedPaymentSession {
  const session = state.sessions.get(id);
  if (!session || isPast(state, session.expires_at)) throw notFound('session');
  return session;
}

/** A session that has neither expired nor been completed. */
export function openPaymentSession(state: EmulatorState, id: string): EmulatedPaymentSession {
  const session = paymentSessionById(state, id);
  if (session.status === 'complete') throw new KlarnaProblem(404, 'SESSION_COMPLETED', 'The session is completed');
  return session;
}
