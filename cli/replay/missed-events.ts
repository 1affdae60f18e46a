import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import type { PaymentChanges, Payments } from './payments.ts';
import { isLater, type LastReceived, type ReceivedEvents } from './received-events.ts';
import type { ReplayStart } from './replay-payments.ts';

/** ISO 8601 in UTC with milliseconds, both times included. */
export type Period = { since: string; until?: string | undefined };

/** What a subscriber has received, and the period of which it needs the changes. */
export type Selection = {
  received: ReceivedEvents;
  period?: Period | undefined;
  /** It is new: of a payment without a change in the period it needs the latest change, to start from. */
  joins?: boolean | undefined;
};

/**
 * Where to start the replay of each payment: after the last event that the subscriber received, and, if a period is
 * given, at the first change of that period for all other payments. Calls `onPayment` for each payment that it reads.
 */
export async function* missedEvents(
  payments: Pick<Payments, 'all' | 'find'>,
  { received, period, joins }: Selection,
  onPayment: () => void,
): AsyncGenerator<ReplayStart> {
  for (const [payment, last] of received) {
    onPayment();
    yield { payment, from: await nextAfter(payments, payment, last) };
  }
  if (!period) return;
  for await (const { payment, ...known } of payments.all()) {
    onPayment();
    const from = firstMissedIn(period, known) ?? (joins ? known.changes.at(-1)?.sequence : undefined);
    if (from !== undefined && !received.has(payment)) yield { payment, from };
  }
}

/** After a restore the payment may hold fewer changes than the subscriber received, and others under these numbers. */
async function nextAfter(payments: Pick<Payments, 'find'>, id: PaymentId, last: LastReceived): Promise<number> {
  const payment = last.incarnation === undefined ? undefined : await payments.find(id);
  if (!payment) return last.sequence + 1;
  return payment.changes.find((change) => isLater(change, last))?.sequence ?? payment.changes.length + 1;
}

/**
 * The sequence of the first change that may have been published in this period: one that was observed in it, or before
 * it and was not known to be out when it began. What was compared later says nothing about that moment.
 */
function firstMissedIn(period: Period, { changes, confirmation }: Omit<PaymentChanges, 'payment'>): number | undefined {
  const { since } = period;
  const confirmed = confirmation && confirmation.at <= since ? confirmation.sequence : 0;
  const late = changes.find(({ sequence, observedAt }) => sequence > confirmed && observedAt < since);
  return late?.sequence ?? firstSequenceIn([period], changes);
}

/** The sequence of the first change that was observed in one of these periods. */
export function firstSequenceIn(periods: Period[], changes: PaymentChanges['changes']): number | undefined {
  const observed = changes.filter(({ observedAt }) =>
    periods.some(({ since, until }) => observedAt >= since && (until === undefined || observedAt <= until)),
  );
  return observed.length > 0 ? Math.min(...observed.map(({ sequence }) => sequence)) : undefined;
}
