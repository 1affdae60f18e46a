/** The JSON of the status URL; docs/pop-in.md explains the values. `unknown`: the status URL did not answer. */
export type Status = {
  status: 'open' | 'authorized' | 'pending' | 'paid' | 'failed' | 'unknown';
  /** True when the status will not change any more: deliver, or offer another way to pay. */
  decided: boolean;
  stage?: string;
  /** Klarna's status of the session; after FAILED the shopper may try again. */
  session?: string;
};

const unknown: Status = { status: 'unknown', decided: false };

/** Reads the status once, past the browser's cache; undefined if no answer comes within five seconds. */
async function read(url: string): Promise<Status | undefined> {
  try {
    const response = await fetch(url, { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(5000) });
    const body: unknown = response.ok ? await response.json() : undefined;
    return isStatus(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

const isStatus = (body: unknown): body is Status =>
  typeof body === 'object' && body !== null && 'status' in body && 'decided' in body;

type PollOptions = {
  /** Milliseconds between two reads. */
  every: number;
  signal: AbortSignal;
  onStatus: (status: Status) => void;
  isLast: (status: Status) => boolean;
};

/** Reads the status until it is the last one or the signal aborts; gives the latest. */
export async function pollStatus(url: string, { every, signal, onStatus, isLast }: PollOptions): Promise<Status> {
  let latest = unknown;
  for (;;) {
    const status = await read(url);
    if (status) onStatus(status);
    latest = status ?? latest;
    if (isLast(latest) || signal.aborted) return latest;
    await pause(every, signal);
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    setTimeout(resolve, ms);
    signal.addEventListener('abort', resolve);
  });
