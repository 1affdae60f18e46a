import { paymentId } from '../../lambdas/payment/payment-id.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { isCallbackKind } from '../../lambdas/klarna/inbound/callback-url.ts';
import type { Mint } from '../mint.ts';
import type { Journal } from './entries.ts';
import type { Told } from './entry.ts';

export type Live = {
  journal: Journal;
  mint: Mint;
};

/** The timeline as it happens, and a callback once more. */
export function liveDoors({ journal, mint }: Live) {
  const doors: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<unknown>> = {
    'GET /local/timeline': async (request, response) => {
      const payment = new URL(request.url ?? '', 'http://here').searchParams.get('payment');
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.flushHeaders();
      const send = (told: Told) => isAbout(told, payment) && response.write(`data: ${JSON.stringify(told)}\n\n`);
      response.once('close', journal.follow(send));
    },
    'POST /local/again': async (request, response) => {
      const letter = journal.letter((await body(request, again))?.entry ?? 0);
      const payment = paymentId(letter?.payment ?? '');
      if (!letter || !payment || !isCallbackKind(letter.kind))
        return answer(response, 404, { message: 'entry: not kept any more, or no callback' });
      const url = new URL(mint(letter.kind, payment));
      url.search = letter.query;
      const headers = { 'content-type': 'application/json' };
      const { status } = await fetch(url, { method: 'POST', headers, body: new Uint8Array(letter.body) });
      return answer(response, 200, { status });
    },
  };
  return doors;
}

/** The clock is everybody's; rows and entries are for whom they are about. */
function isAbout(told: Told, payment: string | null): boolean {
  if (payment === null) return !('entry' in told);
  if ('entry' in told) return told.entry.payment === payment;
  return 'now' in told || told.payment.payment === payment;
}

const again = z.object({ entry: z.int() });

async function body<Schema extends z.ZodMiniType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  try {
    return schema.parse(JSON.parse(await text(request)));
  } catch {
    return undefined;
  }
}

const answer = (response: ServerResponse, status: number, told: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(told)}\n`);
