import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { isCallbackKind } from '../../lambdas/klarna/inbound/callback-url.ts';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import type { Mint } from '../mint.ts';
import type { Timeline } from './entries.ts';
import type { TimelineMessage } from './entry.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

/** The routes behind the timeline's page: its messages as they come, and sending a callback again. */
export function timelineRoutes({ timeline, mint }: { timeline: Timeline; mint: Mint }): Record<string, Handler> {
  return {
    'GET /local/timeline': async (request, response) => {
      const payment = new URL(request.url ?? '', 'http://localhost').searchParams.get('payment');
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.flushHeaders();
      const send = (message: TimelineMessage) =>
        isRelevant(message, payment) && response.write(`data: ${JSON.stringify(message)}\n\n`);
      response.once('close', timeline.follow(send));
    },
    'POST /local/again': async (request, response) => {
      const callback = timeline.callbackOf((await entryIn(request)) ?? 0);
      const payment = paymentId(callback?.payment ?? '');
      if (!callback || !payment || !isCallbackKind(callback.kind))
        return sendJson(response, 404, { message: 'This entry is not a callback, or the callback is no longer kept.' });
      const url = new URL(mint(callback.kind, payment));
      url.search = callback.query;
      const headers = { 'content-type': 'application/json' };
      const { status } = await fetch(url, { method: 'POST', headers, body: new Uint8Array(callback.body) });
      return sendJson(response, 200, { status });
    },
  };
}

/** The list gets all payments, a payment's page its own messages, both the clock. */
function isRelevant(message: TimelineMessage, payment: string | null): boolean {
  if (payment === null) return !('entry' in message);
  if ('entry' in message) return message.entry.payment === payment;
  return 'now' in message || message.payment.payment === payment;
}

const again = z.object({ entry: z.int() });

async function entryIn(request: IncomingMessage): Promise<number | undefined> {
  try {
    return again.parse(JSON.parse(await text(request))).entry;
  } catch {
    return undefined;
  }
}

const sendJson = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
