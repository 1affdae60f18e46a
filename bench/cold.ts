import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { askedOf } from '../test/bundle/asked-of.ts';
import { posted } from '../test/bundle/posted.ts';
import { paymentIdOf } from '../test/support/builders/reports.ts';
import { median, paired } from './median.ts';
import type { Bundle, Stage } from './stage.ts';

type Load = { readyMs: number; answeredMs: number };

/** On Lambda init runs; elsewhere the handlers put it off until their first event. */
const onLambda = { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:0' };

async function load({ file, env }: Bundle, how: { event?: object; init?: boolean } = {}): Promise<Load> {
  const { event, init = true } = how;
  const child = spawn(
    process.execPath,
    [new URL('load.mjs', import.meta.url).pathname, file, ...(event ? [JSON.stringify(event)] : [])],
    { env: { ...env, ...(init && onLambda) }, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] },
  );
  const [, , , told] = child.stdio;
  if (!told || !('read' in told)) throw new Error('no pipe to a cold start');
  return JSON.parse(await text(told));
}

const completed = { session_id: 's-1', status: 'COMPLETED', updated_at: '2026-11-22T10:00:00.000Z' };

const callback = ({ mint }: Stage, payment: string) =>
  posted(mint('status_update', paymentIdOf(payment)), { event_id: 'e-1', session: completed });

/** The AWS operations of one callback, as the endpoint saw them: those of a cold start with one, less those without. */
export async function awsCallsPerCallback(stage: Stage): Promise<string[]> {
  const asked = askedOf(...stage.urls);
  await load(stage.receive);
  const atInit = asked.operations.splice(0).length;
  await load(stage.receive, { event: callback(stage, 'counted') });
  asked.stop();
  return asked.operations.slice(atInit);
}

export type Cold = Awaited<ReturnType<typeof coldStarts>>;

/** Fresh processes in turn, round after round, so that noise meets all of them alike. */
export async function coldStarts(
  stage: Stage,
  { rounds, progress }: { rounds: number; progress: (text: string) => void },
) {
  const { receive, publish, client, calls } = stage;
  const starts = {
    client: () => load(client),
    constructed: () => load(calls, { init: false }),
    calls: (round: number) => load(calls, { event: { id: 'x', put: { id: `floor-${round}`, version: 1 } } }),
    receive: (round: number) => load(receive, { event: callback(stage, `cold-${round}`) }),
    publish: () => load(publish),
  };
  const names = ['client', 'constructed', 'calls', 'receive', 'publish'] as const;
  const loads: Record<keyof typeof starts, Load[]> = {
    client: [],
    constructed: [],
    calls: [],
    receive: [],
    publish: [],
  };
  for (let round = 0; round <= rounds; round++) {
    progress(`cold starts: round ${round} of ${rounds}`);
    for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
      const measured = await starts[name](round);
      if (round > 0) loads[name].push(measured); // round 0 fills the disk's cache
    }
  }
  const ready = (name: keyof typeof starts) => loads[name].map(({ readyMs }) => readyMs);
  const answered = (name: keyof typeof starts) => loads[name].map(({ answeredMs }) => answeredMs);
  const initCalls = less(ready('calls'), ready('constructed'));
  const loaded = less(ready('receive'), initCalls);
  const against = (floor: number[], measured: number[]) => ({ ms: ms(measured), ...paired(measured, floor) });
  return {
    rounds,
    floor: { ms: ms(ready('client')), kb: client.kb },
    receive: {
      kb: receive.kb,
      /** Ready, less what the floor pays for making the same calls at init. */
      loaded: against(ready('client'), loaded),
      ready: against(ready('client'), ready('receive')),
      answered: against(answered('calls'), answered('receive')),
      answeredFloorMs: ms(answered('calls')),
      initCallsMs: ms(initCalls),
    },
    publish: { kb: publish.kb, ready: against(ready('client'), ready('publish')) },
  };
}

const less = (values: number[], others: number[]) =>
  values.map((value, index) => value - (others[index] ?? Number.NaN));

const ms = (values: number[]) => Number(median(values).toFixed(1));
