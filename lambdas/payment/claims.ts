import { type Finished, limits, type Meaning, type Payment } from './payment.ts';

/** What we ask of Klarna for a payment. `order` and `customer_token` are asked by duty, the others by the merchant. */
export type OperationKind =
  | 'session'
  | 'customer_token'
  | 'order'
  | 'charge'
  | 'capture'
  | 'refund'
  | 'cancellation'
  | 'release'
  | 'extension';

/** `id` is also the Klarna-Idempotency-Key: the same however often the same thing is asked. */
export type Operation = Finished & {
  /** Tells another request under the same id from a repeat; of an order, the token that it is placed with. */
  fingerprint: string;
  askedAt: string;
  /** When duty last took it up, because nobody had finished it. */
  takenUpAt?: string | undefined;
  result?: Result | undefined;
};

export type Result = {
  pspStatus: string;
  state: Meaning['state'];
  code: Meaning['code'];
  at: string;
};

/**
 * claimed: ours to ask now. answered: Klarna has said what became of it. under_way: somebody asks at this moment, or was
 * interrupted. different: the same id was used for something else. full: the payment has had too many operations.
 */
export type Claim = 'claimed' | 'answered' | 'under_way' | 'different' | 'full';

/** Notes an operation before Klarna is asked, so that it is asked once whoever races, and again after a crash. */
export function claim(payment: Payment, operation: Operation): [Payment, Claim] {
  const known = payment.operations.find(({ id }) => id === operation.id);
  if (known) return [payment, standing(known, operation)];
  if (operation.kind === 'order' && unfinished(payment, 'order')) return [payment, 'under_way'];
  if (payment.operations.length >= limits.operations) return [payment, 'full'];
  return [{ ...payment, operations: [...payment.operations, operation] }, 'claimed'];
}

/** Takes up at `at` what was left open as `seen`, unless somebody else has since: who finds it at the same time leaves it alone. */
export function takeUp(payment: Payment, { seen, at }: { seen: Operation; at: string }): [Payment, 'taken' | 'left'] {
  const known = payment.operations.find(({ id }) => id === seen.id);
  if (!known || known.result || known.takenUpAt !== seen.takenUpAt) return [payment, 'left'];
  const taken = { ...known, takenUpAt: at };
  return [{ ...payment, operations: payment.operations.map((each) => (each === known ? taken : each)) }, 'taken'];
}

function standing(known: Operation, asked: Operation): Claim {
  if (known.fingerprint !== asked.fingerprint) return 'different';
  return known.result ? 'answered' : 'under_way';
}

/** Two orders for one payment are never asked at the same time. */
const unfinished = ({ operations }: Payment, kind: OperationKind) =>
  operations.some((operation) => operation.kind === kind && !operation.result);

/** True when Klarna's answer to this operation is already kept. */
export const isAnswered = ({ operations }: Payment, id: string): boolean =>
  operations.some((operation) => operation.id === id && operation.result !== undefined);
