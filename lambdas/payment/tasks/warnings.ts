import type { Attention } from '../change.ts';
import { after, decisionTime, hours, idempotencyKeyLifetime, minutes, tokenLifetime } from '../clocks.ts';
import { type Facts, usableToken } from '../facts.ts';
import type { Payment } from '../payment.ts';
import type { Stage } from '../stages.ts';
import { taskKey } from './backoffs.ts';
import { klarnaTasks } from './klarna-tasks.ts';
import { sessionEnd } from './session-tasks.ts';
import type { Task } from './task.ts';

/** Something that needs a human, and from when on. */
export type Warning = { at: string; attention: Attention };

/** How long before a deadline we warn: time enough to act. */
const notice = { authorization: 15 * minutes, capture: 72 * hours };

/** Only where we use the authorization ourselves: in the other flows Klarna places the order. */
export function authorizationWarnings(payment: Payment): Warning[] {
  const token = usableToken(payment.facts);
  if (!token || payment.stage !== 'authorized' || !needsToken(payment)) return [];
  const deadline = after(token.at, tokenLifetime);
  return [
    {
      at: after(deadline, -notice.authorization),
      attention: { reason: 'authorization_expiring', deadline, authorization: token.fingerprint },
    },
  ];
}

function needsToken({ request, facts }: Payment): boolean {
  if (!request || request.flow === 'buy_and_tokenize' || request.flow === 'charge') return true;
  return request.flow === 'tokenize' && !facts.customer_token_id;
}

const isCapturable = ({ stage }: Payment) => stage === 'ordered' || stage === 'part_captured';

export function captureWarnings(payment: Payment): Warning[] {
  const deadline = payment.order?.expires_at;
  if (!deadline || !isCapturable(payment)) return [];
  return [{ at: after(deadline, -notice.capture), attention: { reason: 'capture_deadline', deadline } }];
}

/** Orders that contradicted the payment, and orders that Klarna's session implies without naming them. */
export const orderWarnings = ({ conflicts, facts }: Payment): Warning[] =>
  conflicts.flatMap(({ facts: { order_id }, doubt, observedAt }) => {
    const isOrder = order_id ? order_id !== facts.order_id : doubt === 'order_id' && !facts.order_id;
    return isOrder ? [{ at: observedAt, attention: { reason: 'order_unclaimed', order_id } }] : [];
  });

/** How long a task may fail before a human is told, unless another warning tells it. */
const maxFailure = 4 * hours;

export function failureWarnings(payment: Payment): Warning[] {
  const { backoffs, facts } = payment;
  return klarnaTasks(payment).flatMap((task) => {
    const since = backoffs[taskKey(task)]?.since;
    if (!since || task.kind === 'finish operation') return []; // operation_unanswered
    const attention: Attention = { reason: 'task_failing', task: task.kind, since, order_id: orderOf(task, facts) };
    return [{ at: after(since, maxFailure), attention }];
  });
}

function orderOf({ kind, about }: Task, { order_id }: Facts): string | undefined {
  if (kind === 'read hinted order') return about;
  return kind === 'read order' ? order_id : undefined;
}

/** An interrupted session is not reported: its task abandons it. */
export const answerWarnings = ({ operations }: Payment): Warning[] =>
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
  authorized: (payment, since) => (awaitsOrder(payment) ? after(since, 2 * hours) : undefined),
  pending: (_, since) => after(since, decisionTime),
  ordered: orderOver,
  part_captured: orderOver,
};

export function stageWarnings(payment: Payment): Warning[] {
  const { stage, changes, openedAt } = payment;
  const since = changes.find(({ stage: { to } }) => to === stage)?.observedAt ?? openedAt;
  const at = overdue[stage]?.(payment, since);
  return at ? [{ at, attention: { reason: 'stuck', since } }] : [];
}

/**
 * A payment that only asked for a customer token ends with it. An authorization in the hands of the shop's own backend
 * has a warning of its own; without one, Klarna places the order.
 */
function awaitsOrder({ request, facts }: Payment): boolean {
  if (!request) return !facts.authorizations;
  return request.flow !== 'tokenize' || !facts.customer_token_id;
}

/**
 * We read a session for a day after its end. A session whose id we do not know is followed by the shop's own backend.
 */
function sessionOver(payment: Payment): string | undefined {
  if (!payment.request && !payment.facts.hpp_session_id) return undefined;
  return after(sessionEnd(payment), 25 * hours);
}

function orderOver({ order }: Payment): string | undefined {
  return order?.expires_at && after(order.expires_at, 24 * hours);
}
