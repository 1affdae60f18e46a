import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod/mini';
import { followClock } from './clock.ts';
import type { Said } from './running-function.ts';

/** The inside of a function's thread: everything it writes and answers leaves through one port, in order. */
const say = (said: Said) => parentPort?.postMessage(said);

const write: typeof process.stdout.write = (chunk) => {
  say({ line: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
  return true;
};
process.stdout.write = write;
process.stderr.write = write;

const { entry, exported, timeout, clock } = z
  .object({ entry: z.string(), exported: z.string(), timeout: z.number(), clock: z.instanceof(SharedArrayBuffer) })
  .parse(workerData);
followClock(clock);
const handler: unknown = (await import(entry))[exported];
if (typeof handler !== 'function') throw new Error(`it exports no function ${exported}`);

parentPort?.on('message', async ({ id, event }: { id: number; event: string }) => {
  try {
    const answer: unknown = await handler(JSON.parse(event), context());
    say({ id, answer: JSON.stringify(answer) });
  } catch (error) {
    say({ line: `${error instanceof Error ? error.stack : String(error)}\n` });
    say({ id, error: String(error) });
  }
});
say({ ready: true });

/** As much of Lambda's context as a handler may use. */
function context() {
  const began = performance.now();
  return { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => timeout * 1000 - (performance.now() - began) };
}
