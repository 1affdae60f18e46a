import { Worker } from 'node:worker_threads';
import type { Outage } from './outage.ts';
import type { PlantedBug } from './planted-bugs.ts';
import type { Played } from './run.ts';

export type Result = { played: Played[]; failures: Played[] };

type Options = {
  from: number;
  seeds: number;
  /** @default 2 */
  threads?: number;
  bug?: PlantedBug;
  /** Ends with the first failure. */
  hasty?: boolean;
  progress?: (done: number, failures: number) => void;
};

/** Plays seeds in threads of their own, each seed by itself; the result is in the order of the seeds. */
export async function simulate({ from, seeds, threads = 2, bug, hasty = false, progress }: Options): Promise<Result> {
  const played: Played[] = [];
  let next = from;
  let isOver = false;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { bug }, execArgv: [] });
      const give = () => {
        if (isOver || next >= from + seeds) return void worker.terminate().then(() => resolve());
        worker.postMessage(next);
        next += 1;
      };
      worker.on('message', (each: Played) => {
        played.push(each);
        isOver ||= hasty && each.failed;
        progress?.(played.length, played.filter(({ failed }) => failed).length);
        give();
      });
      worker.once('error', reject);
      give();
    });
  await Promise.all(Array.from({ length: Math.min(threads, seeds) }, work));
  played.sort((a, b) => a.seed - b.seed);
  return { played, failures: played.filter(({ failed }) => failed) };
}

/** Ten minutes without the receiver. */
export const simulateOutage = () =>
  new Promise<Outage>((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: {}, execArgv: [] });
    worker.once('error', reject);
    worker.once('message', (told: Outage) => void worker.terminate().then(() => resolve(told)));
    worker.postMessage('outage');
  });
