import type { Listed, Payments } from './payments.ts';
import type { Missed } from './resend.ts';
import type { Seen } from './received-events.ts';

/** Times as ISO 8601 in UTC with milliseconds, both included. */
export type Range = { since: string; until?: string | undefined };

/** What somebody missed: behind the sequences that they saw, and whatever was learned in these times of other payments. */
export async function* missedIn(
  payments: Pick<Payments, 'all'>,
  { seen, range }: { seen: Seen; range?: Range | undefined },
  looked: () => void,
): AsyncGenerator<Missed> {
  for (const [payment, sequence] of seen) {
    looked();
    yield { payment, from: sequence + 1 };
  }
  if (!range) return;
  for await (const listed of payments.all()) {
    looked();
    const from = firstIn([range], listed);
    if (from !== undefined && !seen.has(listed.payment)) yield { payment: listed.payment, from };
  }
}

/** The first change of a payment that was learned in one of these times. */
export function firstIn(ranges: Range[], { changes }: Pick<Listed, 'changes'>): number | undefined {
  const learned = changes.filter(({ observedAt }) =>
    ranges.some(({ since, until }) => observedAt >= since && (until === undefined || observedAt <= until)),
  );
  return learned.length > 0 ? Math.min(...learned.map(({ sequence }) => sequence)) : undefined;
}
