import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { httpTransport } from './callbacks/transport.ts';
import type { EmulatorControls } from './control/controls.ts';
import { type CoreOptions, emulatorCore } from './core.ts';
import type { EmulatorLogEntry } from './log.ts';
import { klarnaPage } from './page/page.ts';
import type { KlarnaAnswer } from './state.ts';

export type EmulatorOptions = Pick<CoreOptions, 'credentials' | 'limits' | 'watch'> & {
  /** @default a free one */
  port?: number;
  now?: () => Date;
  /** The scale of Klarna's pauses between callbacks: at 0.01 a second lasts 10 ms. @default 1 */
  pace?: number;
};

export type EmulatedKlarna = {
  url: string;
  control: EmulatorControls;
  log: () => readonly EmulatorLogEntry[];
  /** Resolves when no callback is being sent or waiting to be repeated. */
  idle: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts a Klarna on 127.0.0.1, after Klarna's documents: payments, hosted page, customer tokens, order management. */
export async function startKlarna({ port, now, pace, ...options }: EmulatorOptions = {}): Promise<EmulatedKlarna> {
  let url = '';
  const transport = httpTransport(pace ?? 1);
  const core = emulatorCore({ ...options, now: now ?? (() => new Date()), transport, url: () => url });

  const server = createServer(async (request, response) => {
    const page = await klarnaPage(core.state, request);
    if (page) return response.writeHead(page.status, page.headers).end(page.text);
    const { method = '', headers } = request;
    const path = request.url?.split('?')[0] ?? '/';
    const received = { method, path, headers, text: (await buffer(request)).toString() };
    if (/^\/(shopper|control)(\/|$)/.test(path)) return send(response, core.answerControl(received));
    const answer = core.answer(received);
    return answer === 'none' ? response.destroy() : send(response, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const stop = async () => {
    core.callbacks.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, control: core.controls, log: core.log, idle: core.callbacks.idle, stop };
}

function send(response: ServerResponse, { status, body, headers }: KlarnaAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body && JSON.stringify(body));
}
