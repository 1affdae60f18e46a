import { randomUUID } from 'node:crypto';
import { checked, sessionBody } from './checks.ts';
import { KlarnaProblem, notFound } from '../problem.ts';
import { type Answer, hours, isOver, later, type PaymentSession, type State } from '../state.ts';
import { checkSums } from './sums.ts';

/** POST /payments/v1/sessions */
export function createSession(state: State, given: unknown): Answer {
  const body = checked(sessionBody, given);
  checkSums(body, body.purchase_country);
  if (body.intent !== 'tokenize' && body.order_amount === 0)
    throw new KlarnaProblem(400, 'BAD_VALUE', 'Bad value: order_amount');
  if (body.step_up_id !== undefined && state.stepUps.get(body.step_up_id) !== body.customer?.customer_token)
    throw new KlarnaProblem(400, 'BAD_VALUE', 'Bad value: step_up_id');
  const session_id = randomUUID();
  state.sessions.set(session_id, { session_id, body, status: 'incomplete', expires_at: later(state, 48 * hours) });
  const payment_method_categories = [{ identifier: 'pay_over_time', name: 'Slice it.' }];
  return { status: 200, body: { session_id, client_token: `client-${randomUUID()}`, payment_method_categories } };
}

/** POST /payments/v1/sessions/{session_id} */
export function updateSession(state: State, id: string, given: unknown): Answer {
  const session = liveSession(state, id);
  const body = checked(sessionBody, { ...session.body, ...(given as object) });
  checkSums(body, body.purchase_country);
  session.body = body;
  return { status: 204 };
}

/** GET /payments/v1/sessions/{session_id} */
export function readSession(state: State, id: string): Answer {
  const session = state.sessions.get(id);
  if (!session || isOver(state, session.expires_at)) throw notFound('session');
  const { body, status, expires_at, authorization_token } = session;
  const { customer, billing_address, ...purchase } = body;
  return {
    status: 200,
    body: { ...purchase, status, expires_at, ...(authorization_token && { authorization_token }) },
  };
}

/** A session in which something can still happen. */
export function liveSession(state: State, id: string): PaymentSession {
  const session = state.sessions.get(id);
  if (!session || isOver(state, session.expires_at)) throw notFound('session');
  if (session.status === 'complete') throw new KlarnaProblem(404, 'SESSION_COMPLETED', 'The session is completed');
  return session;
}
