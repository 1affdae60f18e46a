import { Worker } from 'node:worker_threads';
import type { OutageResult } from './outage.ts';
import type { PlantedBug } from './planted/planted-bug.ts';
import type { PlayedSeed } from './play-seed.ts';

/** `played` is in the order of the seeds. */
export type SimulationResult = { played: PlayedSeed[]; failures: PlayedSeed[] };

type Options = {
  from: number;
  seeds: number;
  /** @default 2 */
  threads?: number;
  bug?: PlantedBug;
  /** Ends the simulation with the first failure. @default false */
  stopAtFailure?: boolean;
  progress?: (played: number, failed: number) => void;
};

const newWorker = (bug?: PlantedBug) =>
  new Worker(new URL('./worker.ts', import.meta.url), { workerData: { bug }, execArgv: [] });

/** Plays seeds in threads. Each seed stands alone, whatever its thread played before. */
export async function simulate(options: Options): Promise<SimulationResult> {
  const { from, seeds, threads = 2, bug, stopAtFailure = false, progress } = options;
  const played: PlayedSeed[] = [];
  let next = from;
  let isOver = false;
  const runThread = () =>
    new Promise<void>((resolve, reject) => {
      const worker = newWorker(bug);
      const playNext = () => {
        if (isOver || next >= from + seeds) return void worker.terminate().then(() => resolve());
        worker.postMessage(next);
        next += 1;
      };
      worker.on('message', (each: PlayedSeed) => {
        played.push(each);
        isOver ||= stopAtFailure && each.failed;
        progress?.(played.length, played.filter(({ failed }) => failed).length);
        playNext();
      });
      worker.once('error', reject);
      playNext();
    });
  await Promise.all(Array.from({ length: Math.min(threads, seeds) }, runThread));
  played.sort((a, b) => a.seed - b.seed);
  return { played, failures: played.filter(({ failed }) => failed) };
}

/** Plays the outage of ten minutes (outage.ts) in a thread. */
export const simulateOutage = () =>
  new Promise<OutageResult>((resolve, reject) => {
    const worker = newWorker();
    worker.once('error', reject);
    worker.once('message', (result: OutageResult) => void worker.terminate().then(() => resolve(result)));
    worker.postMessage('outage');
  });
