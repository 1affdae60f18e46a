import { limits } from './limits.ts';
import type { Operation, OperationKind } from './operation.ts';
import type { Payment, PaymentRequest } from './payment.ts';

/**
 * claimed: ours to send now. answered: Klarna's answer is known. under_way: another process is sending it, or was
 * interrupted. different: the same id was used for another request. full: the payment has had too many operations.
 */
export type ClaimOutcome = 'claimed' | 'answered' | 'under_way' | 'different' | 'full';

/** Stores an operation before it is sent. Of several racing processes one sends it; after a crash it is sent again. */
export function claim(payment: Payment, operation: Operation): [Payment, ClaimOutcome] {
  const known = payment.operations.find(({ id }) => id === operation.id);
  if (known) return [payment, repeatedClaim(known, operation)];
  if (operation.kind === 'order' && hasUnfinished(payment, 'order')) return [payment, 'under_way'];
  if (answersOf(payment) >= limits.operations) return [payment, 'full'];
  return [{ ...payment, operations: [...payment.operations, operation] }, 'claimed'];
}

/** The claim that opens a payment of ours: its request, account and first facts are stored with it, once. */
export function claimFirst(
  payment: Payment,
  opening: { request: PaymentRequest; account: string; customer_token_id?: string },
  operation: Operation,
): [Payment, ClaimOutcome] {
  if (payment.request) return claim(payment, operation);
  const { request, account, customer_token_id } = opening;
  const facts = customer_token_id ? { ...payment.facts, customer_token_id } : payment.facts;
  return claim({ ...payment, request, account, facts }, operation);
}

/** Resumes at `at` an operation that was left unfinished as `seen`, unless another process resumed it since. */
export function resume(payment: Payment, { seen, at }: { seen: Operation; at: string }): [Payment, 'resumed' | 'left'] {
  const known = payment.operations.find(({ id }) => id === seen.id);
  if (!known || known.result || known.resumedAt !== seen.resumedAt) return [payment, 'left'];
  const resumed = { ...known, resumedAt: at };
  return [{ ...payment, operations: payment.operations.map((each) => (each === known ? resumed : each)) }, 'resumed'];
}

function repeatedClaim(known: Operation, repeat: Operation): ClaimOutcome {
  if (known.fingerprint !== repeat.fingerprint) return 'different';
  return known.result ? 'answered' : 'under_way';
}

/** The answers to operations that are published or still to come; a refusal that a success replaced has two. */
const answersOf = ({ operations, changes }: Payment) =>
  changes.filter(({ operation }) => operation).length + operations.filter(({ result }) => !result).length;

/** Two orders for one payment are never requested at the same time. */
const hasUnfinished = ({ operations }: Payment, kind: OperationKind) =>
  operations.some((operation) => operation.kind === kind && !operation.result);

/** True when Klarna is known to have executed it. */
export const isSucceeded = ({ result }: Operation): boolean => result?.state === 'SUCCESS';
