import { authorize } from './authorizations.ts';
import { type Callbacks, filled } from './callbacks.ts';
import { addCapture, newOrder } from './new-order.ts';
import { KlarnaProblem, notFound } from './problem.ts';
import { type Authorization, type Fraud, type HostedSession, isOver, type State } from './state.ts';

/** What a shopper can do on Klarna's page; `approve_pending` and `approve_rejected` are approvals with a risk decision. */
export const behaviours = [
  'arrive',
  'approve',
  'approve_pending',
  'approve_rejected',
  'decline',
  'error',
  'back',
  'cancel',
  'leave',
  'identity_check',
] as const;
export type Behaviour = (typeof behaviours)[number];

type Shop = { state: State; callbacks: Callbacks };

const over = ['COMPLETED', 'CANCELLED', 'DISABLED'];

/** Plays one step of a shopper; every one of them is on the page first. Tells where the browser goes then. */
export function behave(shop: Shop, id: string, does: Behaviour): { status: string; redirect_to?: string } {
  const session = shop.state.hosted.get(id);
  if (!session || isOver(shop.state, session.expires_at)) throw notFound('payment session');
  if (over.includes(session.status)) throw new KlarnaProblem(409, 'CONFLICT', `The session is over: ${session.status}`);
  if (session.status !== 'IN_PROGRESS') move(shop, session, 'IN_PROGRESS');
  const steps: Record<Behaviour, () => string | undefined> = {
    arrive: () => undefined,
    approve: () => approve(shop, session, 'ACCEPTED'),
    approve_pending: () => approve(shop, session, 'PENDING'),
    approve_rejected: () => approve(shop, session, 'REJECTED'),
    decline: () => move(shop, session, 'FAILED', 'failure'),
    error: () => move(shop, session, 'ERROR', session.merchant_urls.error ? 'error' : 'failure'),
    back: () => move(shop, session, 'BACK', session.merchant_urls.back ? 'back' : 'cancel'),
    cancel: () => move(shop, session, 'CANCELLED', 'cancel'),
    leave: () => void shop.callbacks.statusUpdate(session, 'TIMEOUT'), // shown by the callback's diagram, never by a read
    identity_check: () => move(shop, session, 'MANUAL_ID_CHECK'),
  };
  const leads = steps[does]();
  const url = leads && session.merchant_urls[leads];
  if (!url) return { status: session.status };
  const { session_id, authorization_token, order_id } = session;
  return { status: session.status, redirect_to: filled(url, { session_id, authorization_token, order_id }) };
}

function move({ state, callbacks }: Shop, session: HostedSession, status: string, leads?: string): string | undefined {
  session.status = status;
  const before = session.updated_at;
  const now = state.now().toISOString();
  session.updated_at = now > before ? now : new Date(Date.parse(before) + 1).toISOString(); // two words never share a moment
  callbacks.statusUpdate(session);
  return leads;
}

/** Klarna places the order itself, or hands over the authorization; a rejection by risk shows in the session where Klarna orders. */
function approve(shop: Shop, session: HostedSession, fraud: Fraud): string | undefined {
  const { state, callbacks } = shop;
  const paying = state.sessions.get(session.paymentSession);
  if (!paying) throw notFound('payment session');
  const orders = session.place_order_mode !== 'NONE';
  if (orders && fraud === 'REJECTED') return move(shop, session, 'FAILED', 'failure');
  const authorization = authorize(state, paying, fraud);
  if (orders) order(shop, session, authorization);
  else session.authorization_token = authorization.token;
  callbacks.authorization(authorization, session.session_id);
  return move(shop, session, 'COMPLETED', 'success');
}

function order({ state, callbacks }: Shop, session: HostedSession, authorization: Authorization): void {
  const paying = state.sessions.get(session.paymentSession);
  if (!paying) return;
  const { intent, acquiring_channel, step_up_id, ...purchase } = paying.body;
  const { fraud } = authorization;
  const placed = newOrder(state, { purchase, fraud, capture: false });
  if (session.place_order_mode === 'CAPTURE_ORDER' && fraud === 'ACCEPTED')
    addCapture(state, placed, { captured_amount: placed.order_amount });
  paying.status = 'complete';
  authorization.outcome = { asked: '' };
  session.order_id = placed.order_id;
  session.klarna_reference = placed.klarna_reference;
  callbacks.push(placed, session.session_id);
}

/** Klarna's risk team decides about an order, or stops one that it had accepted. */
export function decide({ state, callbacks }: Shop, id: string, decides: 'accept' | 'reject' | 'stop'): void {
  const placed = state.orders.get(id);
  if (!placed) throw notFound('order');
  placed.fraud_status = decides === 'accept' ? 'ACCEPTED' : 'REJECTED';
  const event = { accept: 'FRAUD_RISK_ACCEPTED', reject: 'FRAUD_RISK_REJECTED', stop: 'FRAUD_RISK_STOPPED' }[decides];
  callbacks.risk(placed, event);
}
