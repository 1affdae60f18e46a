import type { PaymentSummary, TimelineEntry, TimelineMessage } from './entry.ts';

/** What is kept, in memory only; the oldest goes first. */
const most = { entries: 4000, payments: 1000, callbacks: 200 };

/** A callback as it came, so that it can be sent again. It never leaves this process. */
export type ReceivedCallback = { kind: string; payment: string; query: string; body: Buffer };

export type Timeline = ReturnType<typeof createTimeline>;

/** A new entry; `at` is now by default. */
type NewEntry = Omit<TimelineEntry, 'number' | 'at'> & { at?: string };

/** The latest entries and payments of the local run, and its followers. */
export function createTimeline(now: () => Date) {
  const entries: TimelineEntry[] = [];
  const payments = new Map<string, PaymentSummary>();
  const callbacks = new Map<number, ReceivedCallback>();
  const followers = new Set<(message: TimelineMessage) => void>();
  let count = 0;
  const send = (message: TimelineMessage) => {
    for (const follower of followers) follower(message);
  };
  return {
    now,
    add: (added: NewEntry, callback?: ReceivedCallback) => {
      count += 1;
      const showsWhy = added.tone === 'bad' || added.tone === 'warn';
      const canResend = callback !== undefined;
      const entry = { at: now().toISOString(), showsWhy, ...added, number: count, canResend };
      entries.push(entry);
      if (entries.length > most.entries) entries.shift();
      if (callback) callbacks.set(count, callback);
      forgetOldest(callbacks, most.callbacks);
      send({ entry });
    },
    updatePayment: (payment: PaymentSummary) => {
      payments.delete(payment.payment); // moves it to the end of the map
      payments.set(payment.payment, payment);
      forgetOldest(payments, most.payments);
      send({ payment });
    },
    clockMoved: () => send({ now: now().toISOString() }),
    paymentCalled: (id: string) => payments.get(id),
    callbackOf: (entry: number) => callbacks.get(entry),
    /** Sends everything so far, then each new message, until the returned function is called. */
    follow: (follower: (message: TimelineMessage) => void) => {
      follower({ now: now().toISOString() });
      for (const payment of payments.values()) follower({ payment });
      for (const entry of entries) follower({ entry });
      followers.add(follower);
      return () => void followers.delete(follower);
    },
  };
}

function forgetOldest<Key>(map: Map<Key, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
