import type { Mishap } from './mishaps.ts';
import type { OutgoingCallback } from './outgoing-callback.ts';

/** Carries callbacks to their URLs, in Klarna's time. */
export type CallbackTransport = {
  /** Gives the status of the answer, or `none` when there was none within `timeoutMs`. */
  post: (callback: OutgoingCallback, timeoutMs: number) => Promise<number | 'none'>;
  /** Waits for milliseconds of Klarna's time. */
  wait: (ms: number) => Promise<void>;
  /** Ends all waiting. */
  stop: () => void;
  /** A mishap for this callback, which overrides the arranged ones. */
  mishap?: (callback: OutgoingCallback) => Mishap | undefined;
};

/** Sends callbacks over HTTP. `pace` scales Klarna's time: at 0.01 a second lasts 10 ms. */
export function httpTransport(pace: number): CallbackTransport {
  const pending = new Set<() => void>();
  const wait: CallbackTransport['wait'] = (ms) =>
    new Promise<void>((resolve) => {
      const end = () => {
        pending.delete(end);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, ms * pace);
      pending.add(end);
    });
  const stop = () => {
    for (const end of [...pending]) end();
  };
  return { post, wait, stop };
}

const post: CallbackTransport['post'] = async ({ url, body }, timeoutMs) => {
  const text = body && JSON.stringify(body);
  const headers = { 'content-type': 'application/json' };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: 'POST', headers, signal, ...(text && { body: text }) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 'none';
  }
};
