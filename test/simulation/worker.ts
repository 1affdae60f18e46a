import { registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { isolateThread } from './deterministic/isolation.ts';
import { plant } from './planted/plant.ts';
import type { PlantedBug } from './planted/planted-bug.ts';
import type { PlayedSeed } from './play-seed.ts';

const eventsSource = new URL('../../events/contract.ts', import.meta.url).href;

// examples/ imports the package by its name: it gets the sources, not what was built last.
registerHooks({
  resolve: (specifier, context, next) => next(specifier === 'klarna-relay/events' ? eventsSource : specifier, context),
});

/** One thread of a simulation. It plays the seeds that it receives, with `bug` in the product's code if there is one. */
const { bug }: { bug?: PlantedBug } = workerData;
const checkPlanted = bug && plant(bug);
const [{ playSeed }, { playOutage }] = await Promise.all([import('./play-seed.ts'), import('./outage.ts')]); // after the bug is planted
checkPlanted?.();
isolateThread();

parentPort?.on('message', async (message: number | 'outage') => {
  parentPort?.postMessage(message === 'outage' ? await playOutage(1) : await playOrReport(message));
});

/** A run that throws counts as a failed seed. */
async function playOrReport(seed: number): Promise<Omit<PlayedSeed, 'faults'> & { faults: object }> {
  try {
    return await playSeed(seed);
  } catch (error) {
    const reason = error instanceof Error ? error.stack : String(error);
    const transcript = `seed ${seed}\n  broken: the run itself: ${reason}`;
    return { seed, failed: true, transcript, ends: [], faults: {}, published: 0, digest: '' };
  }
}
