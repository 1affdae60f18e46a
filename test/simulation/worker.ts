import { parentPort, workerData } from 'node:worker_threads';
import type { PlantedBug } from './planted-bugs.ts';
import { plant } from './planting.ts';
import { sealOff } from './sealed-off.ts';

/** One thread of a simulation: plays the seeds that it is sent, over the code with `bug` in it, if any. */
const { bug }: { bug?: PlantedBug } = workerData;
if (bug) plant(bug);
const [{ play }, { outage }] = await Promise.all([import('./run.ts'), import('./outage.ts')]); // after the bug has been planted
sealOff();

parentPort?.on('message', async (asked: number | 'outage') => {
  parentPort?.postMessage(asked === 'outage' ? await outage(1) : await played(asked));
});

async function played(seed: number) {
  try {
    return await play(seed);
  } catch (error) {
    const story = `seed ${seed}\n  broken: the run itself: ${error instanceof Error ? error.stack : String(error)}`;
    return { seed, failed: true, story, ends: [], faults: {}, published: 0, digest: '' };
  }
}
