import { authorize } from '../api/payments/authorizations.ts';
import { addCapture, newOrder } from '../api/payments/new-order.ts';
import { openPaymentSession } from '../api/payments/payment-sessions.ts';
import { KlarnaProblem, notFound } from '../problem.ts';
import type { EmulatedAuthorization, EmulatedHostedSession, EmulatedPaymentSession, FraudStatus } from '../state.ts';
import { moveSession, type ShopperContext } from './session-moves.ts';

/**
 * The shopper approves. Klarna places the order itself, or with `place_order_mode` NONE hands over the authorization.
 * Where Klarna places the order, a rejection by its risk team makes the session FAILED.
 */
export function approve(context: ShopperContext, session: EmulatedHostedSession, fraud: FraudStatus): void {
  const { state, callbacks } = context;
  const paymentSession = state.sessions.get(session.paymentSession);
  if (!paymentSession) throw notFound('payment session');
  const klarnaOrders = session.place_order_mode !== 'NONE';
  if (klarnaOrders && fraud === 'REJECTED') {
    moveSession(context, session, 'FAILED');
    return;
  }
  const authorization = authorize(state, paymentSession, fraud);
  if (klarnaOrders) placeOrderAtOnce(context, { session, paymentSession, authorization });
  else session.authorization_token = authorization.token;
  callbacks.authorization(authorization, session.session_id);
  moveSession(context, session, 'COMPLETED');
}

/**
 * Grants one more authorization where the merchant places the order and has not done so yet, and calls back. The hosted session keeps its
 * status: the shopper may go on there, and a completed one tells its newest token.
 * @throws KlarnaProblem
 */
export function authorizeAgain({ state, callbacks }: ShopperContext, id: string): void {
  const session = state.hosted.get(id);
  if (!session) throw notFound('payment session');
  if (session.place_order_mode !== 'NONE') throw new KlarnaProblem(409, 'CONFLICT', 'Klarna places the order itself');
  if (['CANCELLED', 'DISABLED'].includes(session.status))
    throw new KlarnaProblem(409, 'CONFLICT', `The session is over: ${session.status}`);
  const authorization = authorize(state, openPaymentSession(state, session.paymentSession), 'ACCEPTED');
  session.authorization_token = authorization.token;
  callbacks.authorization(authorization, session.session_id);
}

type Approved = {
  session: EmulatedHostedSession;
  paymentSession: EmulatedPaymentSession;
  authorization: EmulatedAuthorization;
};

function placeOrderAtOnce(
  { state, callbacks }: ShopperContext,
  { session, paymentSession, authorization }: Approved,
): void {
  const { intent, acquiring_channel, step_up_id, ...purchase } = paymentSession.body;
  const { fraud } = authorization;
  const order = newOrder(state, { purchase, fraud, capture: false });
  if (session.place_order_mode === 'CAPTURE_ORDER' && fraud === 'ACCEPTED')
    addCapture(state, order, { captured_amount: order.order_amount });
  paymentSession.status = 'complete';
  authorization.outcome = { body: '' };
  session.order_id = order.order_id;
  session.klarna_reference = order.klarna_reference;
  callbacks.push(order, session.session_id);
}
