import { fork } from 'node:child_process';
import { once } from 'node:events';
import { posted } from '../test/bundle/posted.ts';
import { paymentIdOf } from '../test/support/builders/reports.ts';
import { median, paired } from './median.ts';
import type { Job, Pair, Times } from './pairs.ts';
import type { Stage } from './stage.ts';

const session = (status: string, at: string, more: object = {}) => ({
  event_id: `e-${status}`,
  session: { session_id: 's-1', status, updated_at: `2026-11-22T10:0${at}:00.000Z`, ...more },
});

/** The shopper came, then completes: with nothing to keep, or with a token to seal. */
const endings = {
  plain: session('COMPLETED', '5'),
  sealed: session('COMPLETED', '5', { authorization_token: 'a1a8f727-2756-6058-bd3c-40069be0994b' }),
};
type Ending = keyof typeof endings;

export type Warm = Awaited<ReturnType<typeof warmCallbacks>>;

/** Callbacks and floor in turn, pair by pair, in one process that has warmed up; the AWS they call lives in another. */
export async function warmCallbacks(
  stage: Stage,
  { ending, pairs, warmUp }: { ending: Ending; pairs: number; warmUp: number },
) {
  const job: Job = {
    receive: stage.receive.file,
    calls: stage.calls.file,
    warmUp,
    pairs: Array.from({ length: 1 + warmUp + pairs }, (_, index) =>
      pairOf(stage, { payment: `${ending}-${index}`, ending }),
    ),
  };
  const child = fork(new URL('pairs.ts', import.meta.url), {
    env: { ...stage.receive.env, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume(); // the log is written as on Lambda, and read by nobody
  child.send(job);
  const [times]: Times[] = await Promise.race([
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

function pairOf({ mint }: Stage, { payment, ending }: { payment: string; ending: Ending }): Pair {
  const url = mint('status_update', paymentIdOf(payment));
  return { payment, before: posted(url, session('IN_PROGRESS', '0')), measured: posted(url, endings[ending]) };
}
