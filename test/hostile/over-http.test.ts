import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statusUpdate } from '../support/callbacks.ts';
import { expectInContract, oddText } from '../support/hostile.ts';
import { type Journey, startJourney } from '../support/journey.ts';
import { purchase } from '../support/purchase.ts';

let relay: Journey;
let port: number;

beforeAll(async () => {
  relay = await startJourney();
  port = Number(new URL(relay.url).port);
});
afterAll(() => relay.stop());

/** Sends these bytes, and says that no more follow when `ends`; gives what came back until the other side closed. */
async function raw(bytes: string | Buffer, { ends }: { ends: boolean }): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined); // hung up on: no answer is an answer too
  if (ends) socket.end(bytes);
  else socket.write(bytes);
  return text(socket).catch(() => '');
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

const ours = async () => {
  const payment = relay.named('still-here');
  return relay.send({ kind: 'status_update', payment, body: statusUpdate('IN_PROGRESS', 0) });
};

const segment = fc.oneof(
  oddText.map((odd) => encodeURIComponent(odd.toWellFormed())),
  fc.constantFrom('..', '%2e%2e', '%', '%zz', '%00', '%c3%28', '', '{payment}', '__proto__', 'constructor', ';', '%2F'),
);
const path = fc.oneof(
  fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
  fc.tuple(segment, segment, segment).map((parts) => `/callbacks/${parts.join('/')}`),
  fc.tuple(segment, segment).map((parts) => `/payments/${parts.join('/')}`),
  fc.tuple(segment, segment).map((parts) => `/status/${parts.join('/')}`),
  segment.map((part) => `/customer-tokens/${part}/payments`),
);
const head = fc.oneof(
  fc.constantFrom(
    'content-type: application/json',
    'content-type: ;;;',
    'idempotency-key: x',
    'content-encoding: gzip',
  ),
  fc.constantFrom('x-twice: a\r\nx-twice: b', '__proto__: x', 'constructor: x', 'cookie: a=b', 'content-type:'),
);

test('400 hostile requests on the wire: no 5xx, and the relay still serves', async () => {
  const counted = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('POST', 'GET', 'DELETE', 'PUT'),
      path,
      fc.option(fc.string({ maxLength: 20 }).map((odd) => `?order=${encodeURIComponent(odd)}&order&&=%`)),
      fc.array(head, { maxLength: 3 }),
      fc.oneof(oddText, fc.constant(JSON.stringify(purchase({ flow: '__proto__' })))),
      async (method, path, query, heads, body) => {
        const lines = [`${method} ${path}${query ?? ''} HTTP/1.1`, 'host: relay', 'connection: close', ...heads];
        const bytes = Buffer.from(body);
        const sent = Buffer.from(`${lines.join('\r\n')}\r\ncontent-length: ${bytes.length}\r\n\r\n`);
        const status = statusOf(await raw(Buffer.concat([sent, bytes]), { ends: false }));
        counted.set(status, (counted.get(status) ?? 0) + 1);
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(500);
      },
    ),
    { numRuns: 400 },
  );
  expect(counted.get(404)).toBeGreaterThan(50);
  expect(await ours()).toBe(200);
}, 60_000);

test.each([
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['a header without end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['a path of 20 KB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`],
  ['a body shorter than it says', 'POST /payments HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{}'],
  ['two lengths', 'POST /payments HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
  [
    'length and chunks',
    'POST /payments HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'a chunk that lies',
    'POST /payments HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  ],
])('%s is refused or hung up on, and the relay still serves', async (_, bytes) => {
  const status = statusOf(await raw(bytes, { ends: true }));
  expect(status === 0 || (status >= 400 && status < 500)).toBe(true);
  expect(await ours()).toBe(200);
});

test('200 callers who send their bodies byte by byte hold up nobody, and are served when they are done', async () => {
  const payment = relay.named('slow');
  const body = JSON.stringify(statusUpdate('IN_PROGRESS', 1));
  const { pathname } = new URL(relay.mint('status_update', payment));
  const sockets = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(
        `POST ${pathname} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body[0]}`,
      );
      return socket;
    }),
  );
  for (const socket of sockets) socket.write(body.slice(1, 2));
  expect(await ours()).toBe(200);
  expect(await relay.item(payment)).toBeUndefined();
  const [one, ...others] = sockets;
  one?.write(body.slice(2));
  expect(statusOf(one ? await text(one) : '')).toBe(200);
  for (const socket of others) socket.destroy();
  const kept = await relay.item(payment);
  expect(kept?.stage).toBe('in_progress');
  if (kept) expectInContract(kept);
});
