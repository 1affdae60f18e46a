import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oddText } from '../support/arbitraries/odd-values.ts';
import { statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { sessionRequestBody } from '../support/builders/merchant-bodies.ts';
import { expectInContract } from '../support/checks/hostile-checks.ts';
import { type Journey, startJourney } from '../support/harness/journey.ts';

let relay: Journey;
let port: number;

beforeAll(async () => {
  relay = await startJourney();
  port = Number(new URL(relay.url).port);
});
afterAll(() => relay.stop());

/** Sends these bytes, closes our side when `ends`, and returns the answer up to where the other side closed. */
async function raw(bytes: string | Buffer, { ends }: { ends: boolean }): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined); // a closed connection counts as an answer
  if (ends) socket.end(bytes);
  else socket.write(bytes);
  return text(socket).catch(() => '');
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

/** The status of a genuine callback. */
const genuine = async () => {
  const payment = relay.newPayment('still-here');
  return relay.send({ kind: 'status_update', payment, body: statusUpdateBody('IN_PROGRESS', 0) });
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

test('none of 400 hostile requests is answered 5xx, and the relay still serves', async () => {
  const counted = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('POST', 'GET', 'DELETE', 'PUT'),
      path,
      fc.option(fc.string({ maxLength: 20 }).map((odd) => `?order=${encodeURIComponent(odd)}&order&&=%`)),
      fc.array(head, { maxLength: 3 }),
      fc.oneof(oddText, fc.constant(JSON.stringify(sessionRequestBody({ flow: '__proto__' })))),
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
  expect(await genuine()).toBe(200);
}, 60_000);

test.each([
  ['text that is not HTTP', 'hello\r\n\r\n'],
  ['a header without end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['a path of 20 KB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`],
  ['a body shorter than its content-length', 'POST /payments HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{}'],
  ['two content-lengths', 'POST /payments HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
  [
    'a content-length with chunks',
    'POST /payments HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'a chunk with a wrong length',
    'POST /payments HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  ],
])('%s is refused or disconnected, and the relay still serves', async (_, bytes) => {
  const status = statusOf(await raw(bytes, { ends: true }));
  expect(status === 0 || (status >= 400 && status < 500)).toBe(true);
  expect(await genuine()).toBe(200);
});

test('200 callers that send their bodies byte by byte delay no other, and are served once they finish', async () => {
  const payment = relay.newPayment('slow');
  const body = JSON.stringify(statusUpdateBody('IN_PROGRESS', 1));
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
  expect(await genuine()).toBe(200);
  expect(await relay.item(payment)).toBeUndefined();
  const [one, ...others] = sockets;
  one?.write(body.slice(2));
  expect(statusOf(one ? await text(one) : '')).toBe(200);
  for (const socket of others) socket.destroy();
  const kept = await relay.item(payment);
  expect(kept?.stage).toBe('in_progress');
  if (kept) expectInContract(kept);
});
