import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { type Klarna, klarnaClient } from '../../../lambdas/klarna/client/client.ts';
import type { KlarnaCall } from '../../../lambdas/klarna/client/connection.ts';
import { KlarnaError } from '../../../lambdas/klarna/client/klarna-error.ts';
import { close, listen } from '../../../local/gateway/listen.ts';

/** An answer over HTTP, `text` as it is; `hang up` closes the connection, `silence` never answers. */
export type Reply =
  | { status: number; body?: unknown; text?: string; headers?: Record<string, string> }
  | 'hang up'
  | 'silence';

type ReceivedRequest = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
type ClientOptions = Partial<Parameters<typeof klarnaClient>[0]>;

export const klarnaAccount = {
  region: 'eu',
  environment: 'playground',
  username: 'PK_1',
  password: 'pass:word',
} as const;

/** A Klarna that answers each request with the next of `replies`, and repeats the last one; for the tests of one file. */
export function scriptedKlarna() {
  const requests: ReceivedRequest[] = [];
  const connections = new Set<unknown>();
  const pauses: number[] = [];
  const calls: KlarnaCall[] = [];
  let replies: Reply[] = [];
  let url = '';
  const server = createServer(async (request, response) => {
    connections.add(request.socket);
    const body = await text(request);
    const { method = '', url: path = '', headers } = request;
    requests.push({ method, url: path, headers, body });
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (reply === 'silence') return;
    if (!reply || reply === 'hang up') return void response.destroy();
    response.writeHead(reply.status, { 'klarna-correlation-id': 'corr-1', ...reply.headers });
    response.end(reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body)));
  });
  beforeAll(async () => {
    url = await listen(server);
  });
  afterAll(() => close(server));
  beforeEach(() => {
    requests.length = pauses.length = calls.length = 0;
    connections.clear();
  });
  /** A client of it that notes its pauses instead of waiting. */
  const client = (options: ClientOptions = {}): Klarna =>
    klarnaClient({
      accounts: { default: klarnaAccount },
      apiUrl: url,
      pause: async (ms) => void pauses.push(ms),
      random: () => 0.5,
      onCall: (call) => void calls.push(call),
      userAgent: 'klarna-relay/7 (test)',
      ...options,
    })('default');
  const reply = (...next: Reply[]) => {
    replies = next;
  };
  return { client, reply, requests, connections, pauses, calls };
}

/** The KlarnaError with which a call fails. */
export async function failureOf(call: Promise<unknown>): Promise<KlarnaError> {
  const error = await call.then(
    () => undefined,
    (reason) => reason,
  );
  return error instanceof KlarnaError ? error : expect.fail(`no KlarnaError: ${error}`);
}
