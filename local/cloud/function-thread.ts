import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod/mini';
import { followClock } from './clock.ts';
import type { ThreadMessage } from './running-function.ts';

/** The code of a function's thread: all its output and answers leave through one port, in order. */
const send = (message: ThreadMessage) => parentPort?.postMessage(message);

const write: typeof process.stdout.write = (chunk) => {
  send({ log: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
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
    send({ id, answer: JSON.stringify(answer) });
  } catch (error) {
    send({ log: `${error instanceof Error ? error.stack : String(error)}\n` });
    send({ id, error: String(error) });
  }
});
send({ ready: true });

/** The part of Lambda's context that a handler may use. */
function context() {
  const start = performance.now();
  return { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => timeout * 1000 - (performance.now() - start) };
}
