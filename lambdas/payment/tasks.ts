import { pendingWarnings } from './attention.ts';
import { after, hours, later, minutes, tokenLifetime } from './clocks.ts';
import { usableToken } from './facts.ts';
import type { Payment, PaymentRequest } from './payment.ts';
import { isSessionOpen, type Read, reads, sessionClosing } from './read-schedule.ts';

/** What the relay has to do for a payment next, and from when on. */
export type Task =
  | Read
  | ({ dueAt: string } & (
      | { kind: 'create customer token' | 'place order' | 'abandon session' | 'warn' | 'confirm changes' }
      | { kind: 'finish operation'; operation: string }
      | { kind: 'forget token'; fingerprint: string }
    ));

/** How long a request, or another run, may still be working on an operation before a task resumes it. An HTTP API waits 30 s. */
const grace = 1.5 * minutes;

/**
 * The next task of this payment; undefined when nothing is left to do. Two tasks do not need Klarna and so never wait for it:
 * warnings, and confirming that the bus has accepted the changes.
 */
export function nextTask(payment: Payment): Task | undefined {
  const klarnaTask = nextKlarnaTask(payment);
  return earliest([...(klarnaTask ? [klarnaTask] : []), ...warningTasks(payment), ...confirmingTasks(payment)]);
}

/** The next task that asks Klarna something or discards a token. Backoff postpones all of them. */
export function nextKlarnaTask(payment: Payment): Task | undefined {
  const first = earliest([
    ...operationTasks(payment),
    ...reads(payment),
    ...tokenTasks(payment),
    ...abandonedSessions(payment),
  ]);
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

/** A request that died left its operation without a result. A session is made again only by its caller, who has the request. */
const operationTasks = ({ operations }: Payment): Task[] =>
  operations
    .filter(({ kind, result }) => !result && kind !== 'session')
    .map(({ id, askedAt, resumedAt = askedAt }) => ({
      kind: 'finish operation',
      operation: id,
      dueAt: after(resumedAt, grace),
    }));

/** The customer token comes before the order, which uses the authorization up. Only one of them is requested at a time. */
function tokenTasks({ request, facts, operations, stage }: Payment): Task[] {
  const token = usableToken(facts);
  if (!token) return [];
  const forget: Task = { kind: 'forget token', fingerprint: token.fingerprint, dueAt: after(token.at, tokenLifetime) };
  const spending = operations.filter(({ kind }) => kind === 'order' || kind === 'customer_token');
  if (!request || stage !== 'authorized' || spending.some(({ result }) => !result)) return [forget];
  if (tokenises(request.flow) && !spending.some(({ kind }) => kind === 'customer_token'))
    return [{ kind: 'create customer token', dueAt: token.at }];
  const isTried = spending.some(({ kind, fingerprint }) => kind === 'order' && fingerprint === token.fingerprint);
  return placesOrder(request.flow) && !isTried ? [{ kind: 'place order', dueAt: token.at }] : [forget];
}

const tokenises = (flow: PaymentRequest['flow']) => flow === 'tokenize' || flow === 'buy_and_tokenize';

/** Klarna itself places the orders of the other flows. A charge has a session only where it failed and the shopper repairs it. */
const placesOrder = (flow: PaymentRequest['flow']) => flow === 'buy_and_tokenize' || flow === 'charge';

/** A session whose creation was interrupted, and whose caller did not ask again until it would have been over. */
function abandonedSessions(payment: Payment): Task[] {
  const { request, facts, operations } = payment;
  if (facts.hpp_session_id || !request || !isSessionOpen(payment)) return [];
  const isInterrupted = operations.some(({ result }) => !result);
  return isInterrupted ? [{ kind: 'abandon session', dueAt: sessionClosing(payment) }] : [];
}
