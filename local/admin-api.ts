import { paymentId } from '../lambdas/payment/payment-id.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { isCallbackKind, callbackKinds } from '../lambdas/klarna/inbound/callback-url.ts';
import type { BusEvent } from '../stories/bus-event.ts';
import type { Bus } from './cloud/bus.ts';
import type { Mint } from './mint.ts';

/** What the doors of the desk open to. */
export type DeskWires = {
  bus: Bus;
  mint: Mint;
  /** Where its AWS is, and what stands there. */
  aws: object;
  /** Where Klarna and AWS are, what time it is, which resources there are. */
  about: () => object;
  settled: () => Promise<void>;
  forward: (ms: number) => Promise<void>;
};

/** The local run's own doors, beside the template's: what it is, what was published, URLs to post callbacks to, its clock. */
export function desk({ bus, mint, aws, about, settled, forward }: DeskWires) {
  const doors: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<unknown>> = {
    'GET /local/events': async (request, response) => {
      if (request.headers.accept?.includes('text/event-stream')) return streamEvents(bus, response);
      response.setHeader('content-type', 'application/x-ndjson').end(bus.events().map(lineOf).join(''));
    },
    'GET /local/aws': async (_, response) =>
      response.setHeader('content-type', 'application/json').end(`${JSON.stringify(aws)}\n`),
    'POST /local/url': (request, response) => mintUrl({ request, response, mint }),
    'GET /local/run': async (_, response) => tell(response, 200, about()),
    'GET /local/settled': async (_, response) => tell(response, 200, await settled().then(() => ({ settled: true }))),
    'POST /local/clock': async (request, response) => {
      const { forward_ms } = asked(await text(request));
      if (!(forward_ms >= 0)) return tell(response, 400, { message: 'forward_ms: 0 or more milliseconds' });
      await forward(forward_ms);
      tell(response, 200, about());
    },
  };
  return ({ method, url }: IncomingMessage) => doors[`${method} ${url?.split('?')[0]}`];
}

const lineOf = (event: BusEvent) => `${JSON.stringify(event)}\n`;

/** Milliseconds; a client takes a stream that is silent for minutes for a dead one. */
const heartbeat = 20_000;

/** Server-sent events: all so far, then each as it comes. */
function streamEvents(bus: Bus, response: ServerResponse): void {
  const send = (event: BusEvent) => response.write(`id: ${event.id}\ndata: ${lineOf(event)}\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  for (const event of bus.events()) send(event);
  const beat = setInterval(() => response.write(': nothing new\n\n'), heartbeat).unref();
  const leave = bus.subscribe(send);
  response.once('close', () => {
    clearInterval(beat);
    leave();
  });
}

async function mintUrl(wired: { request: IncomingMessage; response: ServerResponse; mint: Mint }): Promise<void> {
  const { request, response, mint } = wired;
  const { kind, payment } = asked(await text(request));
  const id = paymentId(payment);
  if (!isCallbackKind(kind)) tell(response, 400, { message: `kind: one of ${callbackKinds.join(', ')}` });
  else if (!id) tell(response, 400, { message: 'payment: 1 to 64 of A-Z a-z 0-9 . _ - with a letter or digit first' });
  else tell(response, 200, { url: mint(kind, id) });
}

const tell = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);

const claim = z.object({
  kind: z.catch(z.string(), ''),
  payment: z.catch(z.string(), ''),
  forward_ms: z.catch(z.number(), Number.NaN),
});

/** What is missing, or no JSON at all, is refused like a wrong value. */
function asked(body: string): z.infer<typeof claim> {
  try {
    return claim.parse(JSON.parse(body));
  } catch {
    return { kind: '', payment: '', forward_ms: Number.NaN };
  }
}
