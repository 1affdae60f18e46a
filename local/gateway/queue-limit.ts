import type { RunningFunction } from '../cloud/running-function.ts';

type Invoke = RunningFunction['invoke'];

/**
 * Requests that may wait for one function. A longer queue would answer later than the 2 s that Klarna waits; on AWS the
 * account's concurrency is the limit.
 */
const longestQueue = 250;

/** Counts the requests that wait for each function. */
export function queueLimit() {
  const waiting = new Map<Invoke, number>();
  const change = (invoke: Invoke, by: number) => waiting.set(invoke, (waiting.get(invoke) ?? 0) + by);
  return {
    isFull: (invoke: Invoke) => (waiting.get(invoke) ?? 0) >= longestQueue,
    invoke: async (invoke: Invoke, event: unknown) => {
      change(invoke, 1);
      try {
        return await invoke(event);
      } finally {
        change(invoke, -1);
      }
    },
  };
}
