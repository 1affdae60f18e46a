import { pendingWarnings } from './attention.ts';
import { after, decisionTime, earlier, hours, later, minutes, sessionLifetime, tokenLifetime } from './clocks.ts';
import { usableToken } from './facts.ts';
import type { Payment, PaymentRequest } from './payment.ts';
import type { ReadTarget } from './report.ts';

/** What the relay has to do for a payment next, and from when on. */
export type Task = { dueAt: string } & (
  | { kind: 'read session' | 'read order' | 'create customer token' | 'place order' | 'abandon session' }
  | { kind: 'finish operation'; operation: string }
  | { kind: 'discard token'; fingerprint: string }
  | { kind: 'warn' | 'confirm changes' }
);

/** How long a request or another run may still be at work on an operation before a task resumes it. */
export const grace = 1.5 * minutes;

/**
 * The next task of this payment; undefined when nothing is left to do. Two tasks do not need Klarna and so never wait
 * for it: warnings, and confirming that the bus has accepted the changes.
 */
export function nextTask(payment: Payment): Task | undefined {
  const klarnaTask = nextKlarnaTask(payment);
  return earliest([...(klarnaTask ? [klarnaTask] : []), ...warningTasks(payment), ...confirmingTasks(payment)]);
}

/**
 * The next task that asks Klarna something or discards a token. A read that a report requested is due at once.
 * Otherwise a session is read about 2, 10 and 30 minutes after it was made, then hourly, and once after its end; a
 * pending order every half hour for 25 hours, then daily; an order that is not fully captured once more, after its
 * authorization has expired. Backoff postpones all of them.
 */
export function nextKlarnaTask(payment: Payment): Task | undefined {
  const urgent = [...operationTasks(payment), ...requestedReads(payment), ...tokenTasks(payment)]; // these win a tie
  const first = earliest([...urgent, ...sessionTasks(payment), ...orderReads(payment)]);
  return first && { ...first, dueAt: later(first.dueAt, payment.backoff?.until ?? first.dueAt) };
}

const earliest = (tasks: Task[]): Task | undefined =>
  tasks.reduce<Task | undefined>((first, each) => (first && first.dueAt <= each.dueAt ? first : each), undefined);

const warningTasks = (payment: Payment): Task[] =>
  pendingWarnings(payment).map(({ at }) => ({ kind: 'warn', dueAt: at }));

/** Long enough for the stream to have published a change, and for a burst of changes to be over. */
const publishingTime = hours;

function confirmingTasks({ changes, confirmation }: Payment): Task[] {
  const unconfirmed = changes[confirmation?.sequence ?? 0];
  if (!unconfirmed) return [];
  const since = later(unconfirmed.observedAt, confirmation?.at ?? unconfirmed.observedAt);
  return [{ kind: 'confirm changes', dueAt: after(since, publishingTime) }];
}

/** A request that died left its operation without a result. Only the caller can make a session again. */
const operationTasks = ({ operations }: Payment): Task[] =>
  operations
    .filter(({ kind, result }) => !result && kind !== 'session')
    .map(({ id: operation, askedAt, resumedAt = askedAt }) => ({
      kind: 'finish operation',
      operation,
      dueAt: after(resumedAt, grace),
    }));

/** When a report last requested a read of `target` that has not happened since; undefined where none is outstanding. */
export const requestedRead = ({ readRequests, lastReads }: Payment, target: ReadTarget): string | undefined =>
  readRequests[target] && readRequests[target] >= (lastReads[target] ?? '') ? readRequests[target] : undefined;

function requestedReads(payment: Payment): Task[] {
  const { facts, hintedOrder } = payment;
  const [session, order] = [requestedRead(payment, 'session'), requestedRead(payment, 'order')];
  return [
    ...(order && (facts.order_id || hintedOrder) ? [{ kind: 'read order', dueAt: order } as const] : []),
    ...(session && facts.hpp_session_id ? [{ kind: 'read session', dueAt: session } as const] : []),
  ];
}

/**
 * The customer token comes before the order, which uses the authorization up. Only one of them is requested at a time.
 */
function tokenTasks({ request, facts, operations, stage }: Payment): Task[] {
  const token = usableToken(facts);
  if (!token) return [];
  const discard: Task = {
    kind: 'discard token',
    fingerprint: token.fingerprint,
    dueAt: after(token.at, tokenLifetime),
  };
  const spending = operations.filter(({ kind }) => kind === 'order' || kind === 'customer_token');
  if (!request || stage !== 'authorized' || spending.some(({ result }) => !result)) return [discard];
  if (tokenises(request.flow) && !spending.some(({ kind }) => kind === 'customer_token'))
    return [{ kind: 'create customer token', dueAt: token.at }];
  const isTried = spending.some(({ kind, fingerprint }) => kind === 'order' && fingerprint === token.fingerprint);
  return placesOrder(request.flow) && !isTried ? [{ kind: 'place order', dueAt: token.at }] : [discard];
}

const tokenises = (flow: PaymentRequest['flow']) => flow === 'tokenize' || flow === 'buy_and_tokenize';

/** Klarna itself places the orders of the other flows; a failed charge has a session for its repair. */
const placesOrder = (flow: PaymentRequest['flow']) => flow === 'buy_and_tokenize' || flow === 'charge';

function sessionTasks(payment: Payment): Task[] {
  const { facts, lastReads, openedAt } = payment;
  if (!isSessionOpen(payment)) return [];
  const closing = after(facts.expires_at ?? after(openedAt, sessionLifetime), minutes);
  if (!facts.hpp_session_id) return isInterrupted(payment) ? [{ kind: 'abandon session', dueAt: closing }] : [];
  const last = lastReads.session ?? openedAt;
  if (last > after(closing, facts.order_id ? 0 : 24 * hours)) return [];
  const next = nextRead(openedAt, last);
  return [{ kind: 'read session', dueAt: last < closing ? earlier(next, closing) : next }];
}

/** The creation of the session was interrupted, and the caller did not ask again. */
const isInterrupted = ({ request, operations }: Payment) =>
  request !== undefined && operations.some(({ result }) => !result);

/**
 * The shopper may still decide, or has decided and the resulting order is not known yet. If a push reported the order
 * first, the session's own last word is still to be read.
 */
function isSessionOpen({ request, facts, session, stage }: Payment): boolean {
  if (facts.order_id) return facts.hpp_session_id !== undefined && !session?.final;
  if (stage !== 'created' && stage !== 'in_progress' && stage !== 'authorized') return false;
  return !session?.final || (request !== undefined && request.flow !== 'tokenize');
}

/** The first of the slots +2, +10, +30 minutes, +1 h, +2 h … after `opened` that lies behind `last`. */
function nextRead(opened: string, last: string): string {
  const age = Date.parse(last) - Date.parse(opened);
  const early = [2, 10, 30].map((each) => each * minutes).find((slot) => slot > age);
  return after(opened, early ?? (Math.floor(age / hours) + 1) * hours);
}

function orderReads({ stage, order, lastReads: { order: last }, changes, openedAt }: Payment): Task[] {
  if (!order || !last) return [];
  if (stage === 'pending') {
    const [since = openedAt] = changes.flatMap((change) => (change.stage.to === 'pending' ? [change.observedAt] : []));
    const isOverdue = Date.parse(last) - Date.parse(since) >= decisionTime;
    return [{ kind: 'read order', dueAt: after(last, isOverdue ? 24 * hours : 30 * minutes) }];
  }
  const { expires_at: expires } = order;
  if ((stage !== 'ordered' && stage !== 'part_captured') || !expires || last > expires) return [];
  return [{ kind: 'read order', dueAt: after(expires, minutes) }];
}
