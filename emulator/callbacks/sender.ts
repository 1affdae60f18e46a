import { type Mishap, mishapOf } from './mishaps.ts';
import type { CallbackAttempt, OutgoingCallback } from './outgoing-callback.ts';
import { retryPolicies } from './retries.ts';
import type { CallbackTransport } from './transport.ts';

/** Sends callbacks as Klarna does, repeating each until it is accepted or Klarna stops trying. */
export function callbackSender({
  now,
  transport,
  log,
}: {
  now: () => Date;
  transport: CallbackTransport;
  log: (attempt: CallbackAttempt) => void;
}) {
  let mishaps: Mishap[] = [];
  const held: OutgoingCallback[] = [];
  const running = new Set<Promise<unknown>>();
  let stopped = false;

  const record = ({ kind, url }: OutgoingCallback, attempt: number, status: number | 'none') =>
    log({ callback: kind, url, attempt, status, at: now().toISOString() });

  const deliver = async (callback: OutgoingCallback) => {
    const { pausesMs, isAccepted, timeoutMs } = retryPolicies[callback.kind];
    for (let attempt = 1; !stopped; attempt++) {
      const status = await transport.post(callback, timeoutMs);
      record(callback, attempt, status);
      const pause = pausesMs[attempt - 1];
      if ((status !== 'none' && isAccepted(status)) || pause === undefined) return;
      await transport.wait(pause);
    }
  };
  const start = (work: Promise<unknown>) => {
    running.add(work);
    work.finally(() => running.delete(work));
  };

  const send = (callback: OutgoingCallback) => {
    if (!callback.url) return;
    const mishap = transport.mishap?.(callback) ?? mishapOf(mishaps, callback);
    const ways: Record<Mishap['does'], () => void> = {
      usual: () => start(deliver(callback)),
      lose: () => record(callback, 0, 'none'),
      double: () => start(Promise.all([deliver(callback), deliver(callback)])),
      delay: () => start(transport.wait(mishap?.ms ?? 5000).then(() => deliver(callback))),
      empty: () => start(deliver({ kind: callback.kind, url: callback.url })),
      reorder: () => {
        const earlier = held.splice(0);
        if (earlier.length === 0) held.push(callback);
        else start(deliver(callback).then(() => Promise.all(earlier.map(deliver))));
      },
    };
    ways[mishap?.does ?? 'usual']();
  };

  return {
    send,
    /** Arranges a mishap for the callbacks to come; undefined clears all mishaps and delivers what was held back. */
    misbehave: (mishap: Mishap | undefined) => {
      mishaps = mishap ? [mishap, ...mishaps] : [];
      if (!mishap) for (const callback of held.splice(0)) start(deliver(callback));
    },
    /** Acts after milliseconds of Klarna's time; until then the sender is not idle. */
    after: (ms: number, act: () => void) => start(transport.wait(ms).then(() => stopped || act())),
    /** Resolves when nothing is being sent or waited for. Polls, since running work may start more. */
    idle: async () => {
      while (running.size > 0) await Promise.race([Promise.all(running), pause50ms()]);
    },
    stop: () => {
      stopped = true;
      transport.stop();
    },
  };
}

const pause50ms = () => new Promise((resolve) => setTimeout(resolve, 50));
