import { fork } from 'node:child_process';
import { once } from 'node:events';
import { invokedCallback } from '../test/bundle/callback-event.ts';
import { paymentIdOf } from '../test/support/builders/reports.ts';
import { median, paired } from './median.ts';
import type { Pair, PairsJob, PairTimes } from './pairs.ts';
import type { BenchSetup } from './setup.ts';

const session = (status: string, at: string, more: object = {}) => ({
  event_id: `e-${status}`,
  session: { session_id: 's-1', status, updated_at: `2026-11-22T10:0${at}:00.000Z`, ...more },
});

/** The measured callback: the shopper completes the session, without or with a token to seal. */
const endings = {
  plain: session('COMPLETED', '5'),
  sealed: session('COMPLETED', '5', { authorization_token: 'a1a8f727-2756-6058-bd3c-40069be0994b' }),
};
type Ending = keyof typeof endings;

export type Warm = Awaited<ReturnType<typeof warmCallbacks>>;

/** Callbacks and floor in turn, pair by pair, in one process after a warm-up. The AWS that they call runs in another process. */
export async function warmCallbacks(
  setup: BenchSetup,
  { ending, pairs, warmUp }: { ending: Ending; pairs: number; warmUp: number },
) {
  const job: PairsJob = {
    receive: setup.receive.file,
    calls: setup.calls.file,
    warmUp,
    pairs: Array.from({ length: 1 + warmUp + pairs }, (_, index) =>
      pairOf(setup, { payment: `${ending}-${index}`, ending }),
    ),
  };
  const child = fork(new URL('pairs.ts', import.meta.url), {
    env: { ...setup.receive.env, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume(); // the log is written, as on Lambda, and discarded
  child.send(job);
  const [times]: PairTimes[] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the warm run ended early'))),
  ]);
  if (!times) throw new Error('no times');
  const micros = (values: number[]) => Math.round(median(values) * 1000);
  return {
    pairs,
    ...paired(times.callback, times.floor),
    micros: micros(times.callback),
    floorMicros: micros(times.floor),
  };
}

function pairOf({ mint }: BenchSetup, { payment, ending }: { payment: string; ending: Ending }): Pair {
  const url = mint('status_update', paymentIdOf(payment));
  return {
    payment,
    before: invokedCallback(url, session('IN_PROGRESS', '0')),
    measured: invokedCallback(url, endings[ending]),
  };
}
