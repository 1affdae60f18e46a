import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import type { Payments } from './payments.ts';

/** A payment, and the sequence of the first change to publish again. */
export type ReplayStart = { payment: PaymentId; from: number };

export type ReplayResult = {
  /** How many payments had changes published again, and how many changes; with `dryRun`, would have. */
  payments: number;
  changes: number;
  /** Payments whose replay ended at a change that the bus refused. */
  stopped: { payment: string; sequence: number; reason: string }[];
  /** Payments that are not in the table. */
  unknown: string[];
};

const concurrency = 8;

/**
 * Publishes the changes of many payments again, each payment's in order. A payment stops at a change that the bus
 * refuses; the others continue. With `dryRun` it only counts.
 */
export async function replayPayments(
  starts: AsyncIterable<ReplayStart> | Iterable<ReplayStart>,
  { payments, dryRun, onProgress }: { payments: Payments; dryRun: boolean; onProgress: (sum: ReplayResult) => void },
): Promise<ReplayResult> {
  const sum: ReplayResult = { payments: 0, changes: 0, stopped: [], unknown: [] };
  const nextStart = iterate(starts);
  const work = async () => {
    for (let start = await nextStart(); start; start = await nextStart()) {
      const { changes, ...problem } = await replayOne(start, payments, dryRun);
      sum.changes += changes;
      sum.payments += changes > 0 ? 1 : 0;
      sum.stopped.push(...(problem.stopped ?? []));
      sum.unknown.push(...(problem.unknown ?? []));
      onProgress(sum);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return sum;
}

type PaymentResult = { changes: number } & Partial<Pick<ReplayResult, 'stopped' | 'unknown'>>;

/** Also publishes changes made meanwhile, so that the last event that subscribers receive is the latest change. */
async function replayOne(
  { payment: id, from }: ReplayStart,
  payments: Payments,
  dryRun: boolean,
): Promise<PaymentResult> {
  let next = from;
  for (let payment = await payments.find(id); ; payment = await payments.find(id)) {
    if (!payment) return { changes: 0, unknown: [id] };
    const changes = next - from;
    const last = payment.changes.length;
    if (last < next) return { changes };
    if (dryRun) return { changes: last - from + 1 };
    const { published, stuck } = await payments.republish({ payment, from: next, start: from });
    if (stuck) {
      const { sequence, reason } = stuck;
      return { changes: changes + published, stopped: [{ payment: id, sequence, reason }] };
    }
    next = last + 1;
  }
}

/** One iterator shared by all workers; a generator queues concurrent calls. */
function iterate<Each>(all: AsyncIterable<Each> | Iterable<Each>): () => Promise<Each | undefined> {
  const iterator = Symbol.asyncIterator in all ? all[Symbol.asyncIterator]() : all[Symbol.iterator]();
  return async () => {
    const { done, value } = await iterator.next();
    return done ? undefined : value;
  };
}
