import * as z from 'zod/mini';
import { type BusEvent, busEvent } from './bus-event.ts';
import type { LocalControls, StoryTarget } from './story.ts';

const callbackUrlAnswer = z.object({ url: z.string() });
const runAnswer = z.object({
  klarna_url: z.string(),
  aws_url: z.string(),
  now: z.string(),
  resources: z.array(z.object({ id: z.string(), type: z.string(), name: z.string() })),
});

/** The description of a local run: the addresses of Klarna and AWS, its time, and the resources of its template. */
type LocalRun = z.infer<typeof runAnswer>;

/** @throws with a hint how to start a local run when none answers */
export async function readLocalRun(url: string): Promise<LocalRun> {
  return runAnswer.parse(await (await request(`${url}/local/run`)).json());
}

/** The local run at this address as a target of stories, over HTTP only. */
export async function localTarget(url: string): Promise<StoryTarget & { local: LocalControls }> {
  const { klarna_url: klarnaUrl } = await readLocalRun(url);
  return {
    url,
    mint: async (kind, payment) => {
      const response = await request(`${url}/local/url`, { method: 'POST', body: JSON.stringify({ kind, payment }) });
      return callbackUrlAnswer.parse(await response.json()).url;
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
      now: async () => new Date((await readLocalRun(url)).now),
      forward: async (forward_ms) => {
        await request(`${url}/local/clock`, { method: 'POST', body: JSON.stringify({ forward_ms }) });
      },
      idle: async () => {
        await request(`${url}/local/settled`);
      },
      events: async () => eventsIn(await (await request(`${url}/local/events`)).text()),
      follow: async (listener, signal) => {
        const stream = await openEventStream(`${url}/local/events`, signal);
        stream.read(listener).catch(() => undefined); // ended by the signal or by the run
      },
      listen: async (listener, signal) => {
        const stream = await openEventStream(`${url}/local/events`, signal);
        await stream.read(listener).catch(() => undefined);
        if (!signal.aborted) throw new Error(`the local run at ${url} has ended`);
      },
    },
  };
}

/** @throws unless the answer is a success */
async function request(url: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, options).catch(() => undefined);
  if (response?.ok) return response;
  const reason = response ? `answers ${response.status}` : 'does not answer';
  throw new Error(`the local run ${reason} at ${url}: klarna-relay start, or npm start in a clone, starts one`);
}

const eventsIn = (jsonLines: string): BusEvent[] =>
  jsonLines
    .split('\n')
    .filter((json) => json !== '')
    .map((json) => busEvent.parse(JSON.parse(json)));

/** Resolves once the stream of server-sent events is open; `read` ends with it. */
async function openEventStream(url: string, signal: AbortSignal) {
  const { body } = await request(url, { headers: { accept: 'text/event-stream' }, signal });
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

/** The event of a block; a heartbeat has none. */
function eventIn(block: string): BusEvent[] {
  const [, json] = /^data: (.*)$/m.exec(block) ?? [];
  return json ? [busEvent.parse(JSON.parse(json))] : [];
}
