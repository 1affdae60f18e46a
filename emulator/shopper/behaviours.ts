import { fillHostedPageUrl } from '../callbacks/placeholders.ts';
import { KlarnaProblem, notFound } from '../problem.ts';
import { type EmulatedHostedSession, type FraudStatus, isPast } from '../state.ts';
import { approve } from './approval.ts';
import { decideRisk, type RiskDecision } from './risk.ts';
import { moveSession, type ShopperContext } from './session-moves.ts';

/**
 * The actions of a shopper on Klarna's page. `approve_pending` and `approve_rejected` approve with that risk decision.
 * After `pending_accepted`, `pending_rejected` and `accepted_stopped` the risk team decides ten seconds later.
 * `slow_bank` approves after ten seconds, even if the page is closed by then. `second_attempt` is declined and stays.
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

/** The status of a hosted session, and where Klarna sends the browser. */
type SessionProgress = { status: string; redirect_to?: string };

const finalStatuses = ['COMPLETED', 'CANCELLED', 'DISABLED'];

/** How long the bank, or the risk team, takes; milliseconds. */
const slow = 10_000;

/** Plays one step of the shopper, who arrives on the page first if need be. */
export function act(context: ShopperContext, id: string, behaviour: Behaviour): SessionProgress {
  const session = context.state.hosted.get(id);
  if (!session || isPast(context.state, session.expires_at)) throw notFound('payment session');
  if (finalStatuses.includes(session.status))
    throw new KlarnaProblem(409, 'CONFLICT', `The session is over: ${session.status}`);
  if (session.status !== 'IN_PROGRESS') moveSession(context, session, 'IN_PROGRESS');
  steps(context, session)[behaviour]();
  return progressOf(session);
}

function steps(context: ShopperContext, session: EmulatedHostedSession): Record<Behaviour, () => void> {
  const { callbacks } = context;
  const to = (status: string) => () => moveSession(context, session, status);
  const approval = (fraud: FraudStatus, decision?: RiskDecision) => () => {
    approve(context, session, fraud);
    if (decision) callbacks.after(slow, () => decideIfOrdered(context, session, decision));
  };
  return {
    arrive: () => undefined,
    approve: approval('ACCEPTED'),
    slow_bank: () => callbacks.after(slow, () => session.status === 'IN_PROGRESS' && approval('ACCEPTED')()),
    approve_pending: approval('PENDING'),
    approve_rejected: approval('REJECTED'),
    pending_accepted: approval('PENDING', 'accept'),
    pending_rejected: approval('PENDING', 'reject'),
    accepted_stopped: approval('ACCEPTED', 'stop'),
    decline: to('FAILED'),
    second_attempt: () => {
      moveSession(context, session, 'FAILED');
      moveSession(context, session, 'IN_PROGRESS');
    },
    error: to('ERROR'),
    back: to('BACK'),
    cancel: to('CANCELLED'),
    leave: () => callbacks.statusUpdate(session, 'TIMEOUT'), // only a callback reports TIMEOUT, never a read
    identity_check: to('MANUAL_ID_CHECK'),
  };
}

/** An order that the merchant places may not exist yet: then there is nothing to decide. */
function decideIfOrdered(context: ShopperContext, { order_id }: EmulatedHostedSession, decision: RiskDecision): void {
  if (order_id && context.state.orders.has(order_id)) decideRisk(context, order_id, decision);
}

export function progressOf(session: EmulatedHostedSession): SessionProgress {
  const { status, merchant_urls, session_id, authorization_token, order_id } = session;
  const urls: Record<string, string | undefined> = {
    COMPLETED: merchant_urls.success,
    FAILED: merchant_urls.failure,
    ERROR: merchant_urls.error ?? merchant_urls.failure,
    BACK: merchant_urls.back ?? merchant_urls.cancel,
    CANCELLED: merchant_urls.cancel,
  };
  const url = urls[status];
  return { status, ...(url && { redirect_to: fillHostedPageUrl(url, { session_id, authorization_token, order_id }) }) };
}
