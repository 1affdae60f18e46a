import type { Item } from '../cloud/dynamodb/dynamodb.ts';
import { journal } from '../timeline/entries.ts';
import type { Live } from '../timeline/live.ts';
import { observer } from '../timeline/observer.ts';
import { type Others, pages } from './pages.ts';
import { paymentIn, summaryOf } from '../timeline/writes.ts';

/** The pages of a local run at `base`: what `seen` is told of shows on the timeline. */
export function startPage(now: () => Date, base: string) {
  const kept = journal(now);
  const where = { base, klarna: '' };
  return {
    seen: observer(kept, where),
    /** Payments of an earlier run. */
    known: (items: Item[]) => {
      const payments = items.map(paymentIn).filter((payment) => payment !== undefined);
      for (const payment of payments.sort((a, b) => a.openedAt.localeCompare(b.openedAt)))
        kept.stands(summaryOf(payment, payment.recentReports.at(-1)?.observedAt ?? payment.openedAt));
    },
    clockMoved: kept.clockMoved,
    doors: ({ klarnaUrl, ...wired }: Omit<Live, 'journal'> & { klarnaUrl: string; others: Others }) => {
      where.klarna = klarnaUrl;
      return pages({ ...wired, journal: kept, base, frames: framed(klarnaUrl) });
    },
  };
}

/** Where Klarna's page may come from: the emulated Klarna, or Klarna itself. */
const framed = (klarnaUrl: string): string[] => [new URL(klarnaUrl).origin, 'https://*.klarna.com'];
