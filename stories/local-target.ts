import * as z from 'zod/mini';
import { type BusEvent, busEvent } from '../local/cloud/bus.ts';
import type { LocalDoors, Target } from './story.ts';

const minted = z.object({ url: z.string() });
const run = z.object({
  klarna_url: z.string(),
  aws_url: z.string(),
  now: z.string(),
  resources: z.array(z.object({ id: z.string(), type: z.string(), name: z.string() })),
});

/** What a local run tells of itself: where Klarna and AWS are, its time, and the resources of its template. */
export type LocalRun = z.infer<typeof run>;

/** @throws naming the way out when nothing answers */
export async function askLocalRun(url: string): Promise<LocalRun> {
  return run.parse(await (await open(`${url}/local/run`)).json());
}

/** A local run at this address, as a target of stories: everything goes over HTTP. */
export async function localTarget(url: string): Promise<Target & { local: LocalDoors }> {
  const { klarna_url: klarnaUrl } = await askLocalRun(url);
  return {
    url,
    mint: async (kind, payment) => {
      const response = await open(`${url}/local/url`, { method: 'POST', body: JSON.stringify({ kind, payment }) });
      return minted.parse(await response.json()).url;
    },
    merchant: (method, path, { body, key } = {}) =>
      fetch(`${url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
        signal: AbortSignal.timeout(30_000),
        ...(body && { body: JSON.stringify(body) }),
      }),
    local: {
      klarnaUrl,
      now: async () => new Date((await askLocalRun(url)).now),
      forward: async (forward_ms) => {
        await open(`${url}/local/clock`, { method: 'POST', body: JSON.stringify({ forward_ms }) });
      },
      settled: async () => {
        await open(`${url}/local/settled`);
      },
      events: async () => eventsIn(await (await open(`${url}/local/events`)).text()),
      follow: async (listener, signal) => {
        const stream = await eventStream(`${url}/local/events`, signal);
        stream.read(listener).catch(() => undefined); // it was ended, by us or by the run
      },
      listen: async (listener, signal) => {
        const stream = await eventStream(`${url}/local/events`, signal);
        await stream.read(listener).catch(() => undefined);
        if (!signal.aborted) throw new Error(`the local run at ${url} has ended`);
      },
    },
  };
}

/** @throws unless the answer is a success */
async function open(url: string, request: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, request).catch(() => undefined);
  if (response?.ok) return response;
  const reason = response ? `answers ${response.status}` : 'does not answer';
  throw new Error(`the local run ${reason} at ${url}: klarna-relay start, or npm start in a clone, starts one`);
}

const eventsIn = (lines: string): BusEvent[] =>
  lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => busEvent.parse(JSON.parse(line)));

/** Server-sent events, once the stream is open. */
async function eventStream(url: string, signal: AbortSignal) {
  const { body } = await open(url, { headers: { accept: 'text/event-stream' }, signal });
  const read = async (listener: (event: BusEvent) => void) => {
    let text = '';
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = `${text}${chunk}`.split('\n\n');
      text = blocks.pop() ?? '';
      for (const event of blocks.flatMap(eventIn)) listener(event);
    }
  };
  return { read };
}

/** The event in a block of the stream; a heartbeat has none. */
function eventIn(block: string): BusEvent[] {
  const [, data] = /^data: (.*)$/m.exec(block) ?? [];
  return data ? [busEvent.parse(JSON.parse(data))] : [];
}
