import type { Entry, Summary, Told } from './entry.ts';

/** What a payment's page may show of the past, in memory only. */
const most = { entries: 4000, payments: 1000, letters: 200 };

/** A callback as it came, to be sent again; it never leaves this process. */
export type Letter = { kind: string; payment: string; query: string; body: Buffer };

export type Journal = ReturnType<typeof journal>;

/** A bounded journal of what happened, for the timeline. */
export function journal(now: () => Date) {
  const entries: Entry[] = [];
  const payments = new Map<string, Summary>();
  const letters = new Map<number, Letter>();
  const listeners = new Set<(told: Told) => void>();
  let count = 0;
  const tell = (told: Told) => {
    for (const listener of listeners) listener(told);
  };
  return {
    now,
    note: (happened: Omit<Entry, 'number' | 'at'> & { at?: string }, letter?: Letter) => {
      count += 1;
      const speaks = happened.tone === 'bad' || happened.tone === 'warn';
      const entry = { at: now().toISOString(), speaks, ...happened, number: count, again: letter !== undefined };
      entries.push(entry);
      if (entries.length > most.entries) entries.shift();
      if (letter) letters.set(count, letter);
      forgetOldest(letters, most.letters);
      tell({ entry });
    },
    stands: (payment: Summary) => {
      payments.delete(payment.payment); // the newest comes last
      payments.set(payment.payment, payment);
      forgetOldest(payments, most.payments);
      tell({ payment });
    },
    clockMoved: () => tell({ now: now().toISOString() }),
    held: (payment: string) => payments.get(payment),
    letter: (entry: number) => letters.get(entry),
    /** All so far, then whatever comes, until the returned function is called. */
    follow: (listener: (told: Told) => void) => {
      listener({ now: now().toISOString() });
      for (const payment of payments.values()) listener({ payment });
      for (const entry of entries) listener({ entry });
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function forgetOldest<Key>(kept: Map<Key, unknown>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
