import { type EmulatedKlarna, startKlarna } from '../emulator/emulator.ts';
import type { BusEvent } from '../stories/bus-event.ts';
import { adminApi } from './admin-api.ts';
import { type Clock, movableClock } from './cloud/clock.ts';
import { type OnStop, startCloud } from './cloud/cloud.ts';
import { physicalNames, readDeployment } from './cloud/deployment.ts';
import type { Item } from './cloud/dynamodb/dynamodb.ts';
import { startFunctions } from './cloud/running-functions.ts';
import { startTriggers } from './cloud/triggers.ts';
import type { Vault } from './cloud/vault.ts';
import { openFolder } from './folder.ts';
import { httpApi } from './gateway/api.ts';
import { openFront } from './gateway/front.ts';
import { throttle } from './gateway/throttle.ts';
import { lock } from './lock.ts';
import { type Mint, minter } from './mint.ts';
import { startPages } from './page/start-pages.ts';
import type { RelayOptions } from './relay-options.ts';
import { synthesise } from './synthesise.ts';

export type Relay = {
  url: string;
  /** All published events, oldest first. */
  events: () => readonly BusEvent[];
  mint: Mint;
  /** Every stored item, in DynamoDB's JSON. */
  items: () => Promise<Item[]>;
  /** The keys behind URLs and seals: they must not show in any output of the relay. */
  confidential: Vault['confidential'];
  /** Resolves when Klarna has sent its callbacks and every change so far is published or discarded. */
  idle: () => Promise<void>;
  /** The emulated Klarna; undefined where another one is used. */
  klarna: EmulatedKlarna | undefined;
  klarnaUrl: string;
  clock: Pick<Clock, 'now'>;
  /** Moves the clock forward by milliseconds, runs the schedules, and waits until the relay is idle. */
  forward: (ms: number) => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts the deployed system on 127.0.0.1, wired as in the template. */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  const steps: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of steps.splice(0).reverse()) await close();
  };
  try {
    return { ...(await start(options, (close) => steps.push(close))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: RelayOptions, onStop: OnStop): Promise<Omit<Relay, 'stop'>> {
  const { watch = () => {}, dataDir, onAwsCall } = options;
  const folder = dataDir === undefined ? undefined : openFolder(dataDir);
  if (folder) onStop(lock(folder.path('running.pid')));
  const front = await openFront(options.port, onStop);
  const deployment = readDeployment(options.template ?? (await synthesise()), front.url);
  const clock = movableClock();
  const cloud = await startCloud({ deployment, folder, startEngine: options.engine, onAwsCall, onStop });
  const pages = startPages(clock.now, front.url);
  const { klarna, klarnaUrl } = await findKlarna(options, {
    emulate: (pace) => startKlarna({ now: clock.now, pace, watch: pages.observer.klarna }),
    onStop,
  });
  cloud.bus.subscribe((event) => {
    pages.observer.event(event);
    watch({ event });
  });
  const log = (text: string) => {
    pages.observer.log(text);
    watch({ log: text });
  };
  const findRunning = await startFunctions({ deployment, awsUrl: cloud.url, klarnaUrl, clock, log, onStop });
  let writes = 0;
  const triggers = await startTriggers({
    deployment,
    findRunning,
    folder,
    cloud,
    onRecord: (record) => {
      writes += 1;
      pages.observer.record(record);
      watch({ record });
    },
    onDiscard: (discardedBatch) => watch({ discardedBatch }),
    onStop,
  });
  const activity = () => writes + (klarna?.log().length ?? 0);
  const idle = async () => {
    for (let before = -1; before !== activity(); ) {
      before = activity();
      await klarna?.idle();
      await triggers.drained();
    }
  };
  const forward = async (ms: number) => {
    clock.forward(ms);
    await triggers.fireSchedules();
    await idle();
    pages.clockMoved();
  };

  const mint = minter({ base: front.url, functions: deployment.functions, vault: cloud.vault });
  const resources = physicalNames(deployment);
  const about = () => ({ klarna_url: klarnaUrl, aws_url: cloud.url, now: clock.now().toISOString(), resources });
  const admin = adminApi({ bus: cloud.bus, mint, aws: cloud.address, about, idle, forward });
  front.serve({
    localRoutes: pages.routes({ mint, klarnaUrl, admin }),
    api: httpApi({
      routes: deployment.routes.map(({ key, function: lambda }) => ({ key, invoke: findRunning(lambda).invoke })),
      watch: (answer, request) => {
        pages.observer.answer(answer, request);
        watch({ answer });
      },
      admits: throttle(deployment.limits),
    }),
  });
  const items = async () => (await Promise.all(deployment.tables.map(cloud.itemsOf))).flat();
  pages.showEarlier(await items());
  const { confidential } = cloud.vault;
  return {
    url: front.url,
    events: cloud.bus.events,
    mint,
    items,
    confidential,
    idle,
    klarna,
    klarnaUrl,
    clock,
    forward,
  };
}

/** Another Klarna where one is configured, otherwise the emulated one. */
async function findKlarna(
  { klarnaUrl = process.env.KLARNA_API_URL, pace = 1 }: RelayOptions,
  { emulate, onStop }: { emulate: (pace: number) => Promise<EmulatedKlarna>; onStop: OnStop },
): Promise<{ klarna: EmulatedKlarna | undefined; klarnaUrl: string }> {
  if (klarnaUrl) return { klarna: undefined, klarnaUrl };
  const klarna = await emulate(pace);
  onStop(klarna.stop);
  return { klarna, klarnaUrl: klarna.url };
}
