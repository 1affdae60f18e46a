import type { Attention } from './change.ts';
import {
  after,
  decisionTime,
  hours,
  idempotencyKeyLifetime,
  minutes,
  sessionLifetime,
  tokenLifetime,
} from './clocks.ts';
import { definedEntries, type Facts, usableToken } from './facts.ts';
import { appendChange } from './field-updates.ts';
import { limits } from './limits.ts';
import type { Payment, PaymentRequest } from './payment.ts';
import type { Stage } from './stages.ts';

/** Something that needs a human, and from when on. */
export type Warning = { at: string; attention: Attention };

/** How long before a deadline we warn: time enough to act. */
const notice = { authorization: 15 * minutes, capture: 72 * hours };

/** The warnings that this payment will give, or should have given by now. Each is given once. */
export function pendingWarnings(payment: Payment): Warning[] {
  const given = new Set(payment.changes.flatMap(({ attention }) => (attention ? [keyOf(attention)] : [])));
  const room = Math.max(0, limits.warnings - given.size);
  const all = [
    ...authorizationWarnings(payment),
    ...captureWarnings(payment),
    ...orderWarnings(payment),
    ...answerWarnings(payment),
    ...stageWarnings(payment),
  ];
  const pending = all.filter(({ attention }) => {
    const isNew = !given.has(keyOf(attention));
    given.add(keyOf(attention));
    return isNew;
  });
  return pending.slice(0, room);
}

/**
 * The payment with every warning that was due by `until` among its changes, given at `at`; the same object when none
 * was due. Later warnings wait, since something may still make them void.
 */
export function withWarnings(payment: Payment, at: string, until = at): Payment {
  const due = pendingWarnings(payment).filter((warning) => warning.at <= until);
  return due.reduce((after, { attention }) => withWarning(after, { attention, at }), payment);
}

const withWarning = (payment: Payment, { attention, at }: { attention: Attention; at: string }): Payment =>
  appendChange(payment, {
    stage: { from: payment.stage, to: payment.stage },
    pspStatus: 'WAITING',
    state: 'WAITING',
    code: 'SUCCEEDED',
    final: false,
    at,
    observedAt: at,
    observedVia: 'clock',
    verifiedBy: 'clock',
    attention,
  });

const keyOf = (attention: Attention) => JSON.stringify(definedEntries(attention));

/** Only where we use the authorization ourselves: in the other flows Klarna places the order. */
function authorizationWarnings(payment: Payment): Warning[] {
  const token = usableToken(payment.facts);
  if (!token || payment.stage !== 'authorized' || !needsToken(payment)) return [];
  const deadline = after(token.at, tokenLifetime);
  return [{ at: after(deadline, -notice.authorization), attention: { reason: 'authorization_expiring', deadline } }];
}

function needsToken({ request, facts }: Payment): boolean {
  if (!request || request.flow === 'buy_and_tokenize' || request.flow === 'charge') return true;
  return request.flow === 'tokenize' && !facts.customer_token_id;
}

const isCapturable = ({ stage }: Payment) => stage === 'ordered' || stage === 'part_captured';

function captureWarnings(payment: Payment): Warning[] {
  const deadline = payment.order?.expires_at;
  if (!deadline || !isCapturable(payment)) return [];
  return [{ at: after(deadline, -notice.capture), attention: { reason: 'capture_deadline', deadline } }];
}

/** Orders that contradicted the payment, and orders that Klarna's session implies without naming them. */
const orderWarnings = ({ conflicts, facts }: Payment): Warning[] =>
  conflicts.flatMap(({ facts: { order_id }, doubt, observedAt }) => {
    const isOrder = order_id ? order_id !== facts.order_id : doubt === 'order_id' && !facts.order_id;
    return isOrder ? [{ at: observedAt, attention: { reason: 'order_unclaimed', order_id } }] : [];
  });

/** An interrupted session is not reported: its task abandons it. */
const answerWarnings = ({ operations }: Payment): Warning[] =>
  operations
    .filter(({ kind, result }) => !result && kind !== 'session')
    .map(({ id, askedAt }) => ({
      at: after(askedAt, idempotencyKeyLifetime),
      attention: { reason: 'operation_unanswered', since: askedAt, operation: id },
    }));

/** From when on a payment is overdue in a stage; undefined where it may stay. */
const overdue: Partial<Record<Stage, (payment: Payment, since: string) => string | undefined>> = {
  created: sessionOver,
  in_progress: sessionOver,
  authorized: ({ request, facts }, since) =>
    request && needsOrder(request, facts) ? after(since, 2 * hours) : undefined,
  pending: (_, since) => after(since, decisionTime),
  ordered: orderOver,
  part_captured: orderOver,
};

function stageWarnings(payment: Payment): Warning[] {
  const { stage, changes, openedAt } = payment;
  const since = changes.find(({ stage: { to } }) => to === stage)?.observedAt ?? openedAt;
  const at = overdue[stage]?.(payment, since);
  return at ? [{ at, attention: { reason: 'stuck', since } }] : [];
}

/** A payment that only asked for a customer token ends with it. */
const needsOrder = ({ flow }: PaymentRequest, { customer_token_id }: Facts) =>
  flow !== 'tokenize' || !customer_token_id;

/**
 * We read a session for a day after its end. A session whose id we do not know is followed by the shop's own backend.
 */
function sessionOver({ request, facts, openedAt }: Payment): string | undefined {
  if (!request && !facts.hpp_session_id) return undefined;
  return after(facts.expires_at ?? after(openedAt, sessionLifetime), 25 * hours);
}

function orderOver({ order }: Payment): string | undefined {
  return order?.expires_at && after(order.expires_at, 24 * hours);
}
