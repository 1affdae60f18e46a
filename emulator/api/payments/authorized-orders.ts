import { isDeepStrictEqual } from 'node:util';
import { KlarnaProblem, notFound } from '../../problem.ts';
import type {
  EmulatedAuthorization,
  EmulatedOrder,
  EmulatedPaymentSession,
  EmulatorState,
  KlarnaAnswer,
} from '../../state.ts';
import type { ApiOperation } from '../api-call.ts';
import { checkBody } from '../body-check.ts';
import { sessionOfToken } from '../hosted-page/hosted-sessions.ts';
import { authorizationByToken, tokenConsumed } from './authorizations.ts';
import { newOrder } from './new-order.ts';
import { checkSums } from './order-sums.ts';
import { orderBody } from './purchase-bodies.ts';

/** POST /payments/v1/authorizations/{token}/order. Repeats the first answer to a token, except a 400. */
export const createOrder: ApiOperation = ({ state, callbacks, id, body }) => {
  const authorization = authorizationByToken(state, id);
  if (authorization.outcome) return repeatedAnswer(authorization.outcome, body);
  const session = state.sessions.get(authorization.paymentSession);
  if (!session) throw notFound('authorization');
  if (session.status === 'complete') throw new KlarnaProblem(404, 'SESSION_COMPLETED', 'The session is completed');
  const sent = JSON.stringify(body);
  try {
    const order = placeOrderOf(state, { session, authorization, body });
    const answer = answerOfOrder(order);
    authorization.outcome = { body: sent, answer };
    callbacks.push(order, sessionOfToken(state, id));
    return answer;
  } catch (error) {
    if (error instanceof KlarnaProblem && error.status !== 400) authorization.outcome = { body: sent, problem: error };
    throw error;
  }
};

function repeatedAnswer(outcome: NonNullable<EmulatedAuthorization['outcome']>, body: unknown): KlarnaAnswer {
  if (outcome.problem) throw outcome.problem;
  if (!outcome.answer) throw tokenConsumed();
  if (outcome.body !== JSON.stringify(body))
    throw new KlarnaProblem(409, 'CONFLICT', 'already completed with different request body');
  return outcome.answer;
}

const answerOfOrder = ({ order_id, fraud_status }: EmulatedOrder): KlarnaAnswer => ({
  status: 200,
  body: {
    order_id,
    fraud_status,
    redirect_url: 'https://credit.klarna.com/redirect',
    authorized_payment_method: { type: 'slice_it_by_card' },
  },
});

function placeOrderOf(
  state: EmulatorState,
  {
    session,
    authorization,
    body,
  }: { session: EmulatedPaymentSession; authorization: EmulatedAuthorization; body: unknown },
): EmulatedOrder {
  const purchase = checkBody(orderBody, body);
  checkSums(purchase, purchase.purchase_country);
  const fields = ['order_amount', 'purchase_currency', 'order_lines', 'billing_address', 'shipping_address'] as const;
  const isOther = (field: (typeof fields)[number]) => !isDeepStrictEqual(purchase[field], session.body[field]);
  // Fields that the session did not have may be added.
  const differing = fields.filter((field) => session.body[field] !== undefined && isOther(field));
  if (differing.length > 0) throw new KlarnaProblem(409, 'BAD_VALUE', `Not matching fields: [${differing.join(', ')}]`);
  if (session.body.intent === 'tokenize') throw new KlarnaProblem(403, 'INVALID_OPERATION', 'nothing to order');
  if (authorization.fraud === 'REJECTED') throw new KlarnaProblem(403, 'REJECTED', 'The order is rejected');
  session.status = 'complete';
  completeStepUp(state, session);
  return newOrder(state, { purchase, fraud: authorization.fraud, capture: purchase.auto_capture });
}

/** The order of a session that was opened after a failed charge repairs the customer token. */
function completeStepUp(state: EmulatorState, { body }: EmulatedPaymentSession): void {
  const token = state.customerTokens.get(state.stepUps.get(body.step_up_id ?? '') ?? '');
  if (token) token.chargeError = undefined;
  state.stepUps.delete(body.step_up_id ?? '');
}
