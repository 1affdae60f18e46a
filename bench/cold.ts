import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { awsOperationsAt } from '../test/bundle/aws-operations.ts';
import { invokedCallback } from '../test/bundle/callback-event.ts';
import { paymentIdOf } from '../test/support/builders/reports.ts';
import { median, paired } from './median.ts';
import type { BenchSetup, Bundle } from './setup.ts';

type ColdStart = { readyMs: number; answeredMs: number };

/** With this variable, as on Lambda, a handler builds its dependencies when it is loaded; otherwise with its first event. */
const onLambda = { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:0' };

async function start({ file, env }: Bundle, options: { event?: object; init?: boolean } = {}): Promise<ColdStart> {
  const { event, init = true } = options;
  const child = spawn(
    process.execPath,
    [new URL('cold-start.mjs', import.meta.url).pathname, file, ...(event ? [JSON.stringify(event)] : [])],
    { env: { ...env, ...(init && onLambda) }, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] },
  );
  const [, , , times] = child.stdio;
  if (!times || !('read' in times)) throw new Error('no pipe to a cold start');
  return JSON.parse(await text(times));
}

const completed = { session_id: 's-1', status: 'COMPLETED', updated_at: '2026-11-22T10:00:00.000Z' };

const callback = ({ mint }: BenchSetup, payment: string) =>
  invokedCallback(mint('status_update', paymentIdOf(payment)), { event_id: 'e-1', session: completed });

/** The AWS operations of one callback, as the servers saw them: those of a cold start with a callback, less those without. */
export async function awsCallsPerCallback(setup: BenchSetup): Promise<string[]> {
  const calls = awsOperationsAt(...setup.urls);
  await start(setup.receive);
  const atInit = calls.operations.splice(0).length;
  await start(setup.receive, { event: callback(setup, 'counted') });
  calls.stop();
  return calls.operations.slice(atInit);
}

export type Cold = Awaited<ReturnType<typeof coldStarts>>;

/** Fresh processes in turn, round after round, so that noise affects all kinds alike. */
export async function coldStarts(
  setup: BenchSetup,
  { rounds, progress }: { rounds: number; progress: (text: string) => void },
) {
  const { receive, publish, client, calls } = setup;
  const starts = {
    client: () => start(client),
    constructed: () => start(calls, { init: false }),
    calls: (round: number) => start(calls, { event: { id: 'x', put: { id: `floor-${round}`, version: 1 } } }),
    receive: (round: number) => start(receive, { event: callback(setup, `cold-${round}`) }),
    publish: () => start(publish),
  };
  const names = ['client', 'constructed', 'calls', 'receive', 'publish'] as const;
  const measured: Record<keyof typeof starts, ColdStart[]> = {
    client: [],
    constructed: [],
    calls: [],
    receive: [],
    publish: [],
  };
  for (let round = 0; round <= rounds; round++) {
    progress(`cold starts: round ${round} of ${rounds}`);
    for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
      const coldStart = await starts[name](round);
      if (round > 0) measured[name].push(coldStart); // round 0 fills the disk's cache
    }
  }
  const ready = (name: keyof typeof starts) => measured[name].map(({ readyMs }) => readyMs);
  const answered = (name: keyof typeof starts) => measured[name].map(({ answeredMs }) => answeredMs);
  const initCalls = difference(ready('calls'), ready('constructed'));
  const loaded = difference(ready('receive'), initCalls);
  const against = (floor: number[], times: number[]) => ({ ms: ms(times), ...paired(times, floor) });
  return {
    rounds,
    floor: { ms: ms(ready('client')), kb: client.kb },
    receive: {
      kb: receive.kb,
      /** Ready, less the time in which the floor makes the same calls at init. */
      loaded: against(ready('client'), loaded),
      ready: against(ready('client'), ready('receive')),
      answered: against(answered('calls'), answered('receive')),
      answeredFloorMs: ms(answered('calls')),
      initCallsMs: ms(initCalls),
    },
    publish: { kb: publish.kb, ready: against(ready('client'), ready('publish')) },
  };
}

const difference = (values: number[], others: number[]) =>
  values.map((value, index) => value - (others[index] ?? Number.NaN));

const ms = (values: number[]) => Number(median(values).toFixed(1));
