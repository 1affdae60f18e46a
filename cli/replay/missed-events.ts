import type { PaymentChanges, Payments } from './payments.ts';
import type { LastSequences } from './received-events.ts';
import type { ReplayStart } from './replay-payments.ts';

/** ISO 8601 in UTC with milliseconds, both times included. */
export type Period = { since: string; until?: string | undefined };

/**
 * Where to start the replay of each payment: after the last sequence that the subscriber received, and, if a period is
 * given, at the first change of that period for all other payments. Calls `onPayment` for each payment that it reads.
 */
export async function* missedEvents(
  payments: Pick<Payments, 'all'>,
  { received, period }: { received: LastSequences; period?: Period | undefined },
  onPayment: () => void,
): AsyncGenerator<ReplayStart> {
  for (const [payment, sequence] of received) {
    onPayment();
    yield { payment, from: sequence + 1 };
  }
  if (!period) return;
  for await (const { payment, changes } of payments.all()) {
    onPayment();
    const from = firstSequenceIn([period], changes);
    if (from !== undefined && !received.has(payment)) yield { payment, from };
  }
}

/** The sequence of the first change that was observed in one of these periods. */
export function firstSequenceIn(periods: Period[], changes: PaymentChanges['changes']): number | undefined {
  const observed = changes.filter(({ observedAt }) =>
    periods.some(({ since, until }) => observedAt >= since && (until === undefined || observedAt <= until)),
  );
  return observed.length > 0 ? Math.min(...observed.map(({ sequence }) => sequence)) : undefined;
}
