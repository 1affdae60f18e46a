import type { PaymentId } from '../../lambdas/payment/payment-id.ts';

import type { Payments } from './payments.ts';

/** A payment, and the first of its changes that somebody misses. */
export type Missed = { payment: PaymentId; from: number };

export type Resent = {
  /** Payments of which something was published again, or would be, and how many changes. */
  payments: number;
  changes: number;
  /** Payments whose replay ended at a change that the bus refused: nothing behind it went out. */
  stopped: { payment: string; sequence: number; reason: string }[];
  /** Payments that the table does not hold. */
  unknown: string[];
};

const atOnce = 8;

/**
 * Publishes the changes of many payments again, each payment's in order. A payment whose change is refused ends there; the
 * others go on. With `dryRun` nothing is published and all is counted.
 */
export async function resendAll(
  missed: AsyncIterable<Missed> | Iterable<Missed>,
  { payments, dryRun, told }: { payments: Payments; dryRun: boolean; told: (so: Resent) => void },
): Promise<Resent> {
  const sum: Resent = { payments: 0, changes: 0, stopped: [], unknown: [] };
  const waiting = iterated(missed);
  const work = async () => {
    for (let next = await waiting(); next; next = await waiting()) {
      const { changes, ...trouble } = await resend(next, payments, dryRun);
      sum.changes += changes;
      sum.payments += changes > 0 ? 1 : 0;
      sum.stopped.push(...(trouble.stopped ?? []));
      sum.unknown.push(...(trouble.unknown ?? []));
      told(sum);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return sum;
}

type One = { changes: number } & Partial<Pick<Resent, 'stopped' | 'unknown'>>;

/** What is published meanwhile by the relay itself is published again as well: the last that subscribers hear is how the payment stands. */
async function resend({ payment: id, from }: Missed, payments: Payments, dryRun: boolean): Promise<One> {
  let next = from;
  for (let payment = await payments.find(id); ; payment = await payments.find(id)) {
    if (!payment) return { changes: 0, unknown: [id] };
    const changes = next - from;
    const last = payment.changes.length;
    if (last < next) return { changes };
    if (dryRun) return { changes: last - from + 1 };
    const { published, stuck } = await payments.publishAgain({ payment, from: next });
    if (stuck) {
      const { sequence, reason } = stuck;
      return { changes: changes + published, stopped: [{ payment: id, sequence, reason }] };
    }
    next = last + 1;
  }
}

/** One iterator for many workers: each asks in its turn, as generators queue what is asked of them. */
function iterated<Each>(all: AsyncIterable<Each> | Iterable<Each>): () => Promise<Each | undefined> {
  const iterator = Symbol.asyncIterator in all ? all[Symbol.asyncIterator]() : all[Symbol.iterator]();
  return async () => {
    const { done, value } = await iterator.next();
    return done ? undefined : value;
  };
}
