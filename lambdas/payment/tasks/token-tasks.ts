import { after, later, minutes, tokenLifetime } from '../clocks.ts';
import { impliesOrder } from '../conflicts.ts';
import { type SealedToken, usableToken } from '../facts.ts';
import type { Payment, PaymentRequest } from '../payment.ts';
import type { Stage } from '../stages.ts';
import { sessionEnd } from './session-tasks.ts';
import type { Task } from './task.ts';

/**
 * What becomes of an authorization. The customer token comes before the order, which uses the authorization up; only
 * one of them is requested at a time. An authorization that ran out unused is concluded.
 */
export function tokenTasks(payment: Payment): Task[] {
  const token = usableToken(payment.facts);
  return token ? [useOf(payment, token)] : conclusion(payment);
}

function useOf({ request, facts, operations, stage }: Payment, { fingerprint, at }: SealedToken): Task {
  const discard: Task = { kind: 'discard token', about: fingerprint, dueAt: after(at, tokenLifetime) };
  const spending = operations.filter(({ kind }) => kind === 'order' || kind === 'customer_token');
  if (!request || !beforeOrder.has(stage) || spending.some(({ result }) => !result)) return discard;
  const isTried = (kind: 'order' | 'customer_token') =>
    spending.some((operation) => operation.kind === kind && operation.fingerprint === fingerprint);
  if (tokenises(request) && !facts.customer_token_id && !isTried('customer_token'))
    return { kind: 'create customer token', dueAt: at };
  return placesOrder(request) && !isTried('order') ? { kind: 'place order', dueAt: at } : discard;
}

/** A token proves the authorization, also where only a read of the session has shown it so far. */
const beforeOrder: ReadonlySet<Stage> = new Set(['created', 'in_progress', 'authorized']);

const tokenises = ({ flow }: PaymentRequest) => flow === 'tokenize' || flow === 'buy_and_tokenize';

/** Klarna itself places the orders of the other flows; a failed charge has a session for its repair. */
const placesOrder = ({ flow }: PaymentRequest) => flow === 'buy_and_tokenize' || flow === 'charge';

/** True where nothing but an authorization of ours leads to what the merchant requested. */
export const usesAuthorization = (request: PaymentRequest): boolean => tokenises(request) || placesOrder(request);

/**
 * The newest authorization has run out, no order and no customer token came of it, nothing is under way, and the shopper
 * cannot authorize again. The last read of a session that is gone comes first.
 */
function conclusion(payment: Payment): Task[] {
  const { request, stage, facts, operations, session } = payment;
  const newest = facts.authorizations?.at(-1);
  if (!request || !newest || stage !== 'authorized' || !usesAuthorization(request)) return [];
  const isDone = facts.order_id !== undefined || (request.flow === 'tokenize' && facts.customer_token_id !== undefined);
  if (isDone || impliesOrder(payment) || operations.some(({ result }) => !result)) return [];
  const over = after(newest.at, tokenLifetime + minutes);
  return [
    {
      kind: 'conclude authorization',
      dueAt: session?.final ? over : later(over, after(sessionEnd(payment), 2 * minutes)),
    },
  ];
}
