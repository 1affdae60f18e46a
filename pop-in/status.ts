/** What the status URL tells; docs/pop-in.md explains the words. `unknown`: it could not be asked. */
export type Status = {
  status: 'open' | 'authorized' | 'pending' | 'paid' | 'failed' | 'unknown';
  /** True when nothing more is to be expected: fulfil, or offer another way to pay. */
  settled: boolean;
  stage?: string;
  /** Klarna's word for the session: FAILED is a declined shopper who may try again. */
  session?: string;
};

const unknown: Status = { status: 'unknown', settled: false };

/** One question, past the browser's own cache; undefined where no answer comes within five seconds. */
async function ask(url: string): Promise<Status | undefined> {
  try {
    const response = await fetch(url, { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(5000) });
    const told: unknown = response.ok ? await response.json() : undefined;
    return isStatus(told) ? told : undefined;
  } catch {
    return undefined;
  }
}

const isStatus = (told: unknown): told is Status =>
  typeof told === 'object' && told !== null && 'status' in told && 'settled' in told;

type Watch = {
  /** Milliseconds. */
  every: number;
  signal: AbortSignal;
  noticed: (status: Status) => void;
  rests: (status: Status) => boolean;
};

/** Asks until the status rests or the signal ends it; gives the last that was told. */
export async function comesToRest(url: string, { every, signal, noticed, rests }: Watch): Promise<Status> {
  let last = unknown;
  for (;;) {
    const status = await ask(url);
    if (status) noticed(status);
    last = status ?? last;
    if (rests(last) || signal.aborted) return last;
    await pause(every, signal);
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    setTimeout(resolve, ms);
    signal.addEventListener('abort', resolve);
  });
