import { authorize } from './api/authorizations.ts';
import { type Callbacks, filled } from './callbacks.ts';
import { addCapture, newOrder } from './api/new-order.ts';
import { KlarnaProblem, notFound } from './problem.ts';
import { type Authorization, type Fraud, type HostedSession, isOver, type State } from './state.ts';

/**
 * What a shopper can do on Klarna's page. `approve_pending` and `approve_rejected` are approvals with a risk decision, and in those
 * after them it follows by itself; `slow_bank` is approved after the bank's ten seconds, whether the page is still open or not;
 * `second_attempt` is declined and stays on the page.
 */
export const behaviours = [
  'arrive',
  'approve',
  'slow_bank',
  'approve_pending',
  'approve_rejected',
  'pending_accepted',
  'pending_rejected',
  'accepted_stopped',
  'decline',
  'second_attempt',
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
  const to = (status: string) => () => move(shop, session, status);
  const approved = (fraud: Fraud, decides?: Decision) => () => {
    approve(shop, session, fraud);
    if (decides) shop.callbacks.after(slow, () => decideIfOpen(shop, session, decides));
  };
  const steps: Record<Behaviour, () => void> = {
    arrive: () => undefined,
    approve: approved('ACCEPTED'),
    slow_bank: () => shop.callbacks.after(slow, () => session.status === 'IN_PROGRESS' && approved('ACCEPTED')()),
    approve_pending: approved('PENDING'),
    approve_rejected: approved('REJECTED'),
    pending_accepted: approved('PENDING', 'accept'),
    pending_rejected: approved('PENDING', 'reject'),
    accepted_stopped: approved('ACCEPTED', 'stop'),
    decline: to('FAILED'),
    second_attempt: () => {
      move(shop, session, 'FAILED');
      move(shop, session, 'IN_PROGRESS');
    },
    error: to('ERROR'),
    back: to('BACK'),
    cancel: to('CANCELLED'),
    leave: () => shop.callbacks.statusUpdate(session, 'TIMEOUT'), // shown by the callback's diagram, never by a read
    identity_check: to('MANUAL_ID_CHECK'),
  };
  steps[does]();
  return standing(session);
}

/** Milliseconds: a bank, or the risk team, takes its time. */
const slow = 10_000;

/** How the session stands, and where the browser goes from there. */
export function standing(session: HostedSession): { status: string; redirect_to?: string } {
  const { status, merchant_urls, session_id, authorization_token, order_id } = session;
  const leads: Record<string, string | undefined> = {
    COMPLETED: merchant_urls.success,
    FAILED: merchant_urls.failure,
    ERROR: merchant_urls.error ?? merchant_urls.failure,
    BACK: merchant_urls.back ?? merchant_urls.cancel,
    CANCELLED: merchant_urls.cancel,
  };
  const url = leads[status];
  return { status, ...(url && { redirect_to: filled(url, { session_id, authorization_token, order_id }) }) };
}

function move({ state, callbacks }: Shop, session: HostedSession, status: string): void {
  session.status = status;
  const before = session.updated_at;
  const now = state.now().toISOString();
  session.updated_at = now > before ? now : new Date(Date.parse(before) + 1).toISOString(); // two words never share a moment
  callbacks.statusUpdate(session);
}

/** Klarna places the order itself, or hands over the authorization; a rejection by risk shows in the session where Klarna orders. */
function approve(shop: Shop, session: HostedSession, fraud: Fraud): void {
  const { state, callbacks } = shop;
  const paying = state.sessions.get(session.paymentSession);
  if (!paying) throw notFound('payment session');
  const orders = session.place_order_mode !== 'NONE';
  if (orders && fraud === 'REJECTED') {
    move(shop, session, 'FAILED');
    return;
  }
  const authorization = authorize(state, paying, fraud);
  if (orders) order(shop, session, authorization);
  else session.authorization_token = authorization.token;
  callbacks.authorization(authorization, session.session_id);
  move(shop, session, 'COMPLETED');
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

type Decision = 'accept' | 'reject' | 'stop';

/** Nothing to decide where the merchant places the order and has not. */
function decideIfOpen(shop: Shop, { order_id }: HostedSession, decides: Decision): void {
  if (order_id && shop.state.orders.has(order_id)) decide(shop, order_id, decides);
}

/** Klarna's risk team decides about an order, or stops one that it had accepted. */
export function decide({ state, callbacks }: Shop, id: string, decides: Decision): void {
  const placed = state.orders.get(id);
  if (!placed) throw notFound('order');
  placed.fraud_status = decides === 'accept' ? 'ACCEPTED' : 'REJECTED';
  const event = { accept: 'FRAUD_RISK_ACCEPTED', reject: 'FRAUD_RISK_REJECTED', stop: 'FRAUD_RISK_STOPPED' }[decides];
  callbacks.risk(placed, event);
}
