import { setTimeout as pause } from 'node:timers/promises';
import { type Answered, httpApi } from './gateway/api.ts';
import type { BusEvent } from '../stories/bus-event.ts';
import { type Clock, movableClock } from './cloud/clock.ts';
import { type OnStop, startCloud } from './cloud/cloud.ts';
import { readDeployment, resourcesOf } from './cloud/deployment.ts';
import { desk } from './admin-api.ts';
import type { Item } from './cloud/dynamodb/dynamodb.ts';
import type { Engine } from './cloud/dynamodb/engine.ts';
import { openFolder } from './folder.ts';
import { openFront } from './gateway/front.ts';
import type { LambdaFunction } from './cloud/functions.ts';
import { type EmulatedKlarna, startKlarna } from '../emulator/emulator.ts';
import { lock } from './lock.ts';
import { type Mint, minter } from './mint.ts';
import { startPage } from './page/page.ts';
import type { AwsCall } from './cloud/permissions.ts';
import type { StreamRecord } from './cloud/dynamodb/records.ts';
import { type RunningFunction, startFunction } from './cloud/running-function.ts';
import { startSchedules } from './cloud/schedule.ts';
import { startStreams } from './cloud/dynamodb/streams.ts';
import { synthesise } from './synthesise.ts';
import { throttle } from './gateway/throttle.ts';
import type { Vault } from './cloud/vault.ts';

export type RelayOptions = {
  /** @default a free one */
  port?: number;
  /** A folder that keeps items, events and keys. @default all of them are gone at the end */
  dataDir?: string | undefined;
  /** Starts what keeps the items. @default dynalite in this process */
  engine?: () => Promise<Engine>;
  /** @default synthesised from cdk/ */
  template?: unknown;
  /** Another Klarna than the emulated one. @default KLARNA_API_URL of the environment, or the emulated one */
  klarnaUrl?: string | undefined;
  /** How much of their real length the emulated Klarna's pauses take. @default 1 */
  pace?: number;
  /** Learns of every call of a function to AWS before it is served, and may hold it up. */
  called?: (call: AwsCall) => Promise<void> | void;
  /** Learns what the relay writes and answers, as it happens. */
  watch?: (seen: Seen) => void;
};

export type Seen =
  | { line: string }
  | { record: StreamRecord }
  | { event: BusEvent }
  | { answered: Answered }
  | { dropped: object };

export type Relay = {
  url: string;
  /** All published events, oldest first. */
  events: () => readonly BusEvent[];
  mint: Mint;
  /** Every item that is kept, in DynamoDB's JSON. */
  items: () => Promise<Item[]>;
  /** The keys behind URLs and seals: they must not show in anything that the relay writes. */
  confidential: Vault['confidential'];
  /** Resolves when Klarna's callbacks are in, what they ask for is done, and every change is published or dropped. */
  settled: () => Promise<void>;
  /** The emulated Klarna; undefined where another one is used. */
  klarna: EmulatedKlarna | undefined;
  /** Where the functions reach Klarna. */
  klarnaUrl: string;
  clock: Pick<Clock, 'now'>;
  /** Moves the clock on by milliseconds, wakes what is scheduled, and waits until all has settled. */
  forward: (ms: number) => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts the deployed system on 127.0.0.1, wired as the template has it. */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  const closers: (() => unknown)[] = [];
  const stop = async () => {
    for (const closing of closers.splice(0).reverse()) await closing();
  };
  try {
    return { ...(await start(options, (closing) => closers.push(closing))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: RelayOptions, onStop: OnStop): Promise<Omit<Relay, 'stop'>> {
  const { watch = () => {}, dataDir } = options;
  const folder = dataDir === undefined ? undefined : openFolder(dataDir);
  if (folder) onStop(lock(folder.path('running.pid')));
  const front = await openFront(options.port, onStop);
  const deployment = readDeployment(options.template ?? (await synthesise()), front.url);
  const clock = movableClock();
  const cloud = await startCloud({ deployment, folder, startEngine: options.engine, called: options.called, onStop });
  const klarnaUrl = options.klarnaUrl ?? process.env.KLARNA_API_URL;
  const page = startPage(clock.now, front.url);
  const klarna = klarnaUrl
    ? undefined
    : await startKlarna({ now: clock.now, pace: options.pace ?? 1, watch: page.seen.klarna });
  if (klarna) onStop(klarna.stop);
  const klarnaAt = klarnaUrl ?? klarna?.url ?? '';
  cloud.bus.subscribe((event) => {
    page.seen.event(event);
    watch({ event });
  });
  const log = (line: string) => {
    page.seen.line(line);
    watch({ line });
  };
  const functionOf = await startFunctions({
    functions: deployment.functions,
    awsUrl: cloud.url,
    klarnaUrl: klarnaAt,
    clock,
    log,
    onStop,
  });
  let written = 0;
  const moves = () => written + (klarna?.log().length ?? 0);
  const streams = await startStreams({
    connections: deployment.mappings.map((mapping) => ({ mapping, invoke: functionOf(mapping.function).invoke })),
    folder,
    cloud,
    record: (record) => {
      written += 1;
      page.seen.record(record);
      watch({ record });
    },
    dropped: (dropped) => {
      folder?.append('dropped.jsonl', dropped);
      cloud.queues.leave(dropped);
      watch({ dropped });
    },
  });
  onStop(() => Promise.race([streams.stop(), pause(patience, undefined, { ref: false })]));

  const schedules = startSchedules({
    schedules: deployment.schedules,
    invoke: ({ function: called, input }) => functionOf(called).invoke(input),
  });
  onStop(schedules.stop);
  const settled = async () => {
    for (let seen = -1; seen !== moves(); ) {
      seen = moves();
      await klarna?.idle();
      await streams.settled();
    }
  };

  const mint = minter({ base: front.url, functions: deployment.functions, vault: cloud.vault });
  const forward = async (ms: number) => {
    clock.forward(ms);
    await schedules.fire();
    await settled();
    page.clockMoved();
  };
  const about = () => ({
    klarna_url: klarnaAt,
    aws_url: cloud.url,
    now: clock.now().toISOString(),
    resources: resourcesOf(deployment),
  });
  const doors = desk({ bus: cloud.bus, mint, aws: cloud.address, about, settled, forward });
  front.serve({
    doors: page.doors({ mint, klarnaUrl: klarnaAt, others: doors }),
    api: httpApi(
      deployment.routes.map(({ key, function: called }) => ({ key, invoke: functionOf(called).invoke })),
      (answered, asked) => {
        page.seen.answered(answered, asked);
        watch({ answered });
      },
      throttle(deployment.limits),
    ),
  });
  const items = async () => (await Promise.all(deployment.tables.map(cloud.itemsOf))).flat();
  page.known(await items());
  return {
    url: front.url,
    events: cloud.bus.events,
    mint,
    items,
    confidential: cloud.vault.confidential,
    settled,
    klarna,
    klarnaUrl: klarnaAt,
    clock,
    forward,
  };
}

/** How long a stop waits for a delivery that is under way. */
const patience = 3000;

async function startFunctions(wired: {
  functions: LambdaFunction[];
  awsUrl: string;
  klarnaUrl: string | undefined;
  clock: Clock;
  log: (line: string) => void;
  onStop: OnStop;
}): Promise<(lambda: LambdaFunction) => RunningFunction> {
  const { functions, onStop, ...rest } = wired;
  const running = new Map(functions.map((lambda) => [lambda.id, startFunction({ lambda, ...rest })]));
  const all = [...running.values()];
  onStop(() => Promise.all(all.map(({ stop }) => stop())));
  await Promise.all(all.map(({ ready }) => ready));
  return ({ id }) => {
    const found = running.get(id);
    if (!found) throw new Error(`function ${id} does not run`);
    return found;
  };
}
