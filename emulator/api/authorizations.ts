import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { checked, orderBody } from './checks.ts';
import { newOrder } from './new-order.ts';
import { KlarnaProblem, notFound } from '../problem.ts';
import {
  type Answer,
  type Authorization,
  type Fraud,
  hours,
  isOver,
  later,
  type Order,
  type PaymentSession,
  type State,
} from '../state.ts';
import { checkSums } from './sums.ts';

/** The shopper agreed: a token that lives 60 minutes and makes one order. */
export function authorize(state: State, session: PaymentSession, fraud: Fraud): Authorization {
  const token = randomUUID();
  const authorization: Authorization = {
    token,
    paymentSession: session.session_id,
    expires_at: later(state, hours),
    fraud,
  };
  state.authorizations.set(token, authorization);
  session.authorization_token = token;
  return authorization;
}

/**
 * POST /payments/v1/authorizations/{token}/order: the same token is told the same again, also of an error; `placed` learns of
 * a new order.
 */
export function placeOrder(
  state: State,
  asked: { token: string; body: unknown; placed: (order: Order) => void },
): Answer {
  const authorization = knownAuthorization(state, asked.token);
  const repeat = authorization.outcome && repeated(authorization.outcome, asked.body);
  if (repeat) return repeat;
  const session = state.sessions.get(authorization.paymentSession);
  if (!session) throw notFound('authorization');
  if (session.status === 'complete') throw new KlarnaProblem(404, 'SESSION_COMPLETED', 'The session is completed');
  const outcome: Authorization['outcome'] = { asked: JSON.stringify(asked.body) };
  try {
    const order = make(state, { session, authorization, body: asked.body });
    const { order_id, fraud_status } = order;
    outcome.answer = {
      status: 200,
      body: {
        order_id,
        fraud_status,
        redirect_url: 'https://credit.klarna.com/redirect',
        authorized_payment_method: { type: 'slice_it_by_card' },
      },
    };
    authorization.outcome = outcome;
    asked.placed(order);
    return outcome.answer;
  } catch (error) {
    if (error instanceof KlarnaProblem && error.status !== 400) authorization.outcome = { ...outcome, problem: error };
    throw error;
  }
}

function repeated({ asked, answer, problem }: NonNullable<Authorization['outcome']>, body: unknown): Answer {
  if (problem) throw problem;
  if (!answer) throw consumed();
  if (asked !== JSON.stringify(body))
    throw new KlarnaProblem(409, 'CONFLICT', 'already completed with different request body');
  return answer;
}

type Making = { session: PaymentSession; authorization: Authorization; body: unknown };

function make(state: State, { session, authorization, body }: Making): Order {
  const purchase = checked(orderBody, body);
  checkSums(purchase, purchase.purchase_country);
  const fields = ['order_amount', 'purchase_currency', 'order_lines', 'billing_address', 'shipping_address'] as const;
  const isOther = (field: (typeof fields)[number]) => !isDeepStrictEqual(purchase[field], session.body[field]);
  const differs = fields.filter((field) => session.body[field] !== undefined && isOther(field)); // what was absent may be added
  if (differs.length > 0) throw new KlarnaProblem(409, 'BAD_VALUE', `Not matching fields: [${differs.join(', ')}]`);
  if (session.body.intent === 'tokenize') throw new KlarnaProblem(403, 'INVALID_OPERATION', 'nothing to order');
  if (authorization.fraud === 'REJECTED') throw new KlarnaProblem(403, 'REJECTED', 'The order is rejected');
  session.status = 'complete';
  repaired(state, session);
  return newOrder(state, { purchase, fraud: authorization.fraud, capture: purchase.auto_capture });
}

/** A session that a failed charge led to: with its order the token works again. */
function repaired(state: State, { body }: PaymentSession): void {
  const token = state.customerTokens.get(state.stepUps.get(body.step_up_id ?? '') ?? '');
  if (token) token.fails = undefined;
  state.stepUps.delete(body.step_up_id ?? '');
}

const tokenBody = z.looseObject({
  description: z.string().min(1).max(255),
  intended_use: z.literal('SUBSCRIPTION'),
  locale: z.string(),
  purchase_country: z.string().length(2),
  purchase_currency: z.string().length(3),
});

/** POST /payments/v1/authorizations/{token}/customer-token; before the order, which uses the authorization up. */
export function createCustomerToken(state: State, token: string, given: unknown): Answer {
  const authorization = knownAuthorization(state, token);
  checked(tokenBody, given);
  if (authorization.outcome && !authorization.outcome.problem) throw consumed();
  const intent = state.sessions.get(authorization.paymentSession)?.body.intent;
  if (intent === 'buy') throw new KlarnaProblem(403, 'NOT_ALLOWED', 'the session does not tokenize');
  const token_id = authorization.customerToken ?? randomUUID();
  authorization.customerToken = token_id;
  if (!state.customerTokens.has(token_id)) state.customerTokens.set(token_id, { token_id, status: 'ACTIVE' });
  return { status: 200, body: { token_id, redirect_url: 'https://credit.klarna.com/redirect' } };
}

/** DELETE /payments/v1/authorizations/{token} */
export function cancelAuthorization(state: State, token: string): Answer {
  const { outcome, paymentSession } = knownAuthorization(state, token);
  if (outcome && !outcome.problem) throw consumed();
  state.authorizations.delete(token);
  const session = state.sessions.get(paymentSession);
  if (session?.authorization_token === token) session.authorization_token = undefined;
  return { status: 204 };
}

const consumed = () => new KlarnaProblem(403, 'INVALID_OPERATION', 'authorization token already consumed');

function knownAuthorization(state: State, token: string): Authorization {
  const authorization = state.authorizations.get(token);
  if (!authorization || isOver(state, authorization.expires_at)) throw notFound('authorization token');
  return authorization;
}
