import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Attempt, overHttp } from './callbacks.ts';
import type { Controls } from './control.ts';
import { type DeskOptions, klarnaDesk, type Logged } from './core.ts';
import { klarnaPage } from './page/page.ts';
import type { Answer } from './state.ts';

export type KlarnaOptions = Pick<DeskOptions, 'credentials' | 'limits' | 'watch'> & {
  /** @default a free one */
  port?: number;
  now?: () => Date;
  /** How much of Klarna's own time its pauses between callbacks take. @default 1 */
  pace?: number;
};

export type EmulatedKlarna = {
  url: string;
  control: Controls;
  log: () => readonly (Logged | Attempt)[];
  /** Resolves when no callback is under way. */
  settled: () => Promise<void>;
  stop: () => Promise<void>;
};

/** A Klarna on 127.0.0.1 that behaves as Klarna's documents say: hosted page, payments, customer tokens, order management. */
export async function startKlarna({ port, now, pace, ...options }: KlarnaOptions = {}): Promise<EmulatedKlarna> {
  let url = '';
  const desk = klarnaDesk({ ...options, now: now ?? (() => new Date()), road: overHttp(pace ?? 1), url: () => url });
  const { state, controls, callbacks } = desk;

  const server = createServer(async (request, response) => {
    const page = await klarnaPage(state, request);
    if (page) return response.writeHead(page.status, page.headers).end(page.text);
    const { method = '', headers } = request;
    const path = request.url?.split('?')[0] ?? '/';
    const asked = { method, path, headers, text: (await buffer(request)).toString() };
    if (/^\/(shopper|control)(\/|$)/.test(path)) return send(response, desk.door(asked));
    const answer = desk.answer(asked);
    return answer === 'none' ? response.destroy() : send(response, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const stop = async () => {
    callbacks.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, control: controls, log: desk.log, settled: callbacks.settled, stop };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body && JSON.stringify(body));
}
