import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { callbackKinds, isCallbackKind } from '../lambdas/klarna/inbound/callback-url.ts';
import { paymentId } from '../lambdas/payment/payment-id.ts';
import type { BusEvent } from '../stories/bus-event.ts';
import type { LocalBus } from './cloud/bus.ts';
import type { Mint } from './mint.ts';

type AdminApiOptions = {
  bus: LocalBus;
  mint: Mint;
  /** The address of the local AWS and the outputs of the stack. */
  aws: object;
  /** The addresses of Klarna and AWS, the time, and the resources. */
  about: () => object;
  idle: () => Promise<void>;
  forward: (ms: number) => Promise<void>;
};

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

/** The local run's own routes beside the template's: its addresses, its events, callback URLs, its clock. */
export function adminApi({ bus, mint, aws, about, idle, forward }: AdminApiOptions) {
  const routes: Record<string, Handler> = {
    'GET /local/events': async (request, response) => {
      if (request.headers.accept?.includes('text/event-stream')) return streamEvents(bus, response);
      response.setHeader('content-type', 'application/x-ndjson').end(bus.events().map(jsonLine).join(''));
    },
    'GET /local/aws': async (_, response) => sendJson(response, 200, aws),
    'POST /local/url': (request, response) => mintUrl({ request, response, mint }),
    'GET /local/run': async (_, response) => sendJson(response, 200, about()),
    'GET /local/settled': async (_, response) => {
      await idle();
      sendJson(response, 200, { settled: true });
    },
    'POST /local/clock': async (request, response) => {
      const { forward_ms } = parse(await text(request));
      if (!(forward_ms >= 0))
        return sendJson(response, 400, { message: 'forward_ms: a number of milliseconds, 0 or more' });
      await forward(forward_ms);
      sendJson(response, 200, about());
    },
  };
  return ({ method, url }: IncomingMessage): Handler | undefined => routes[`${method} ${url?.split('?')[0]}`];
}

const jsonLine = (event: BusEvent) => `${JSON.stringify(event)}\n`;

/** Milliseconds; clients take a stream that is silent for minutes for a broken connection. */
const heartbeat = 20_000;

/** Server-sent events: every event so far, then each new one. */
function streamEvents(bus: LocalBus, response: ServerResponse): void {
  const send = (event: BusEvent) => response.write(`id: ${event.id}\ndata: ${jsonLine(event)}\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  for (const event of bus.events()) send(event);
  const timer = setInterval(() => response.write(': no new event\n\n'), heartbeat).unref();
  const unsubscribe = bus.subscribe(send);
  response.once('close', () => {
    clearInterval(timer);
    unsubscribe();
  });
}

async function mintUrl(call: { request: IncomingMessage; response: ServerResponse; mint: Mint }): Promise<void> {
  const { request, response, mint } = call;
  const { kind, payment } = parse(await text(request));
  const id = paymentId(payment);
  if (!isCallbackKind(kind)) sendJson(response, 400, { message: `kind: one of ${callbackKinds.join(', ')}` });
  else if (!id) sendJson(response, 400, { message: `payment: ${paymentRule}` });
  else sendJson(response, 200, { url: mint(kind, id) });
}

const paymentRule = '1 to 64 characters of A-Z a-z 0-9 . _ -, the first a letter or a digit';

const sendJson = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);

const fields = z.object({
  kind: z.catch(z.string(), ''),
  payment: z.catch(z.string(), ''),
  forward_ms: z.catch(z.number(), Number.NaN),
});

/**
 * The fields of a request; a missing field, or a body that is not JSON, reads as a wrong value and is refused as such.
 */
function parse(body: string): z.infer<typeof fields> {
  try {
    return fields.parse(JSON.parse(body));
  } catch {
    return { kind: '', payment: '', forward_ms: Number.NaN };
  }
}
