import { type Facts, present, tokenLife, usable } from './facts.ts';
import { type Asked, type Change, limits, type Payment } from './payment.ts';
import type { Stage } from './stages.ts';

/**
 * authorization_expiring: an authorization in hand runs out unused. capture_deadline: an order may soon be captured no more.
 * order_unclaimed: Klarna has an order under this payment's name that the payment does not claim as its own. stuck: the payment
 * stays in a stage for longer than is usual. operation_unanswered: nobody knows what became of an operation.
 */
export type Attention = {
  reason: 'authorization_expiring' | 'capture_deadline' | 'order_unclaimed' | 'stuck' | 'operation_unanswered';
  /** When it is too late. */
  deadline?: string | undefined;
  /** Since when it lasts. */
  since?: string | undefined;
  order_id?: string | undefined;
  /** The operation's id. */
  operation?: string | undefined;
};

/** What somebody should be told of, and from when on. */
export type Warning = { at: string; attention: Attention };

const minutes = 60_000;
const hours = 60 * minutes;

/** How long before the end somebody is told: time enough to act in. */
const notice = { authorization: 15 * minutes, capture: 72 * hours };

/** Klarna forgets an idempotency key after 24 hours (Klarna, "Order management"). */
const answerTime = 24 * hours;

/** What this payment will give a warning of, or should have by now, and has not yet; each is given once. */
export function warnings(payment: Payment): Warning[] {
  const told = new Set(payment.changes.flatMap(({ attention }) => (attention ? [nameOf(attention)] : [])));
  const room = Math.max(0, limits.warnings - told.size);
  const all = [...ofAuthorization(payment), ...ofCapture(payment), ...ofOrders(payment), ...ofAnswers(payment)];
  const fresh = [...all, ...ofStage(payment)].filter(({ attention }) => {
    const isNew = !told.has(nameOf(attention));
    told.add(nameOf(attention));
    return isNew;
  });
  return fresh.slice(0, room);
}

/**
 * The payment with every warning that was due by `until` in its changes, given at `at`; the very payment when none was. What is due
 * later waits for what may make it void.
 */
export function warn(payment: Payment, at: string, until = at): Payment {
  const due = warnings(payment).filter((warning) => warning.at <= until);
  return due.reduce((warned, { attention }) => withChange(warned, { attention, at }), payment);
}

function withChange(payment: Payment, { attention, at }: { attention: Attention; at: string }): Payment {
  const { id, stage, changes } = payment;
  const sequence = changes.length + 1;
  const change: Change = {
    id: `${id}.${sequence}`,
    paymentId: id,
    sequence,
    stage: { from: stage, to: stage },
    pspStatus: 'WAITING',
    state: 'WAITING',
    code: 'SUCCEEDED',
    final: false,
    at,
    observedAt: at,
    observedVia: 'clock',
    verifiedBy: 'clock',
    attention,
  };
  return { ...payment, changes: [...changes, change] };
}

const nameOf = (attention: Attention) => JSON.stringify(present(attention));
const after = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();

/** One whose order Klarna places is not ours to use. */
function ofAuthorization(payment: Payment): Warning[] {
  const token = usable(payment.facts);
  if (!token || payment.stage !== 'authorized' || !needsToken(payment)) return [];
  const deadline = after(token.at, tokenLife);
  return [{ at: after(deadline, -notice.authorization), attention: { reason: 'authorization_expiring', deadline } }];
}

function needsToken({ asked, facts }: Payment): boolean {
  if (!asked || asked.flow === 'buy_and_tokenize' || asked.flow === 'charge') return true;
  return asked.flow === 'tokenize' && !facts.customer_token_id;
}

const mayBeCaptured = ({ stage }: Payment) => stage === 'ordered' || stage === 'part_captured';

function ofCapture(payment: Payment): Warning[] {
  const deadline = payment.order?.expires_at;
  if (!deadline || !mayBeCaptured(payment)) return [];
  return [{ at: after(deadline, -notice.capture), attention: { reason: 'capture_deadline', deadline } }];
}

/** Orders that contradicted the payment, and those that Klarna's session speaks of without naming them. */
const ofOrders = ({ conflicts, facts }: Payment): Warning[] =>
  conflicts.flatMap(({ facts: { order_id }, doubt, heardAt }) => {
    const isOrder = order_id ? order_id !== facts.order_id : doubt === 'order_id' && !facts.order_id;
    return isOrder ? [{ at: heardAt, attention: { reason: 'order_unclaimed', order_id } }] : [];
  });

/** A session whose making was interrupted is given up by itself. */
const ofAnswers = ({ operations }: Payment): Warning[] =>
  operations
    .filter(({ kind, result }) => !result && kind !== 'session')
    .map(({ id, askedAt }) => ({
      at: after(askedAt, answerTime),
      attention: { reason: 'operation_unanswered', since: askedAt, operation: id },
    }));

/** From when on a stage has lasted for longer than it should; undefined where it may last. */
const overdue: Partial<Record<Stage, (payment: Payment, since: string) => string | undefined>> = {
  created: sessionOver,
  in_progress: sessionOver,
  authorized: ({ asked, facts }, since) => (asked && needsOrder(asked, facts) ? after(since, 2 * hours) : undefined),
  pending: (_, since) => after(since, 25 * hours), // Klarna decides within 24 (Klarna, "Pending orders")
  ordered: orderOver,
  part_captured: orderOver,
};

function ofStage(payment: Payment): Warning[] {
  const { stage, changes, openedAt } = payment;
  const since = changes.find(({ stage: { to } }) => to === stage)?.observedAt ?? openedAt;
  const at = overdue[stage]?.(payment, since);
  return at ? [{ at, attention: { reason: 'stuck', since } }] : [];
}

/** Where only a customer token was asked for, the payment rests with it. */
const needsOrder = ({ flow }: Asked, { customer_token_id }: Facts) => flow !== 'tokenize' || !customer_token_id;

/** A session lives 48 hours, and is read for a day after its end; one that we know no name of is somebody else's to follow. */
function sessionOver({ asked, facts, openedAt }: Payment): string | undefined {
  if (!asked && !facts.hpp_session_id) return undefined;
  return after(facts.expires_at ?? after(openedAt, 48 * hours), 25 * hours);
}

function orderOver({ order }: Payment): string | undefined {
  return order?.expires_at && after(order.expires_at, 24 * hours);
}
