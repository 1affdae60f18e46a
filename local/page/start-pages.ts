import type { Item } from '../cloud/dynamodb/dynamodb.ts';
import { createTimeline } from '../timeline/entries.ts';
import { observer } from '../timeline/observer.ts';
import { paymentIn, summaryOf } from '../timeline/payment-summary.ts';
import { type PageRoutesOptions, pageRoutes } from './page-routes.ts';

/** The pages of a local run at `base`: shop and timeline. The timeline shows everything that `observer` is given. */
export function startPages(now: () => Date, base: string) {
  const timeline = createTimeline(now);
  let klarnaUrl = '';
  return {
    observer: observer(timeline, { base, klarnaUrl: () => klarnaUrl }),
    /** Lists the payments of an earlier run. */
    showEarlier: (items: Item[]) => {
      const payments = items.map(paymentIn).filter((payment) => payment !== undefined);
      for (const payment of payments.sort((a, b) => a.openedAt.localeCompare(b.openedAt)))
        timeline.updatePayment(summaryOf(payment, payment.recentReports.at(-1)?.observedAt ?? payment.openedAt));
    },
    clockMoved: timeline.clockMoved,
    routes: (options: Pick<PageRoutesOptions, 'mint' | 'admin'> & { klarnaUrl: string }) => {
      klarnaUrl = options.klarnaUrl;
      return pageRoutes({ ...options, timeline, base, frames: frameSources(klarnaUrl) });
    },
  };
}

/** The origins of Klarna's page: the configured Klarna, and Klarna's own domain. */
const frameSources = (klarnaUrl: string): string[] => [new URL(klarnaUrl).origin, 'https://*.klarna.com'];
