import { generateKeyPairSync } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { sealTo } from '../../lambdas/aws/seal.ts';
import type { ReceiveCallbackDependencies } from '../../lambdas/dependencies/receive-callback.ts';
import { receiveCallback } from '../../lambdas/handlers/receive-callback.ts';
import { callbackKinds, callbackUrl, isCallbackKind, isGenuine } from '../../lambdas/klarna/inbound/callback-url.ts';
import { jsonLogger } from '../../lambdas/logging/logger.ts';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import { oddText, poison } from '../support/arbitraries/odd-values.ts';
import { almostJson, spoiledBody } from '../support/arbitraries/spoiled-bodies.ts';
import { authorizationCallbackBody, statusUpdateBody } from '../support/builders/callback-bodies.ts';
import { callbackKeysOf } from '../support/builders/callback-keys.ts';
import { paymentIdOf } from '../support/builders/reports.ts';
import { expectInContract, expectUnpolluted } from '../support/checks/hostile-checks.ts';
import { strictStore } from '../support/harness/strict-store.ts';

const key = 'k'.repeat(43);
const token = 'token-that-nobody-may-see';
const now = () => new Date('2026-11-22T10:00:00.000Z');
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

let memory: ReturnType<typeof strictStore>;
let entries: string[];
let receive: (event: APIGatewayProxyEventV2) => Promise<{ statusCode?: number; body?: string }>;

beforeEach(() => {
  memory = strictStore();
  entries = [];
  const dependencies: ReceiveCallbackDependencies = {
    store: memory.store,
    keys: callbackKeysOf([key]),
    seal: sealTo(publicKey),
    logger: jsonLogger({ relay: 'test', now, write: (entry) => entries.push(entry) }),
    now,
  };
  const handle = receiveCallback(dependencies);
  receive = (event) => handle(event, {} as Context);
});

const secretFor = (kind: Kind, payment: string) =>
  new URL(callbackUrl({ base: 'https://r.example', kind, payment: paymentIdOf(payment), key })).pathname
    .split('/')
    .at(-1) ?? '';

type Kind = (typeof callbackKinds)[number];

/** Mostly genuine, so that the bodies are read; the other claims are guesses. */
function claimOf(kind: Kind, payment: string): fc.Arbitrary<Record<string, string>> {
  const genuine = { kind, payment, secret: secretFor(kind, payment) };
  const nearly = fc.constantFrom('', 'A'.repeat(43), `${genuine.secret}=`, genuine.secret.slice(1));
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(genuine) },
    fc.oneof(oddText, nearly).map((secret) => ({ ...genuine, secret })),
    oddText.map((payment) => ({ ...genuine, payment })),
    oddText.map((kind) => ({ ...genuine, kind })),
    fc.constant({}),
  );
}

const facts = { authorization_token: token, order_id: 'o-1', klarna_reference: 'K-1', customer: { name: 'Grace' } };
const spoiltUpdate = fc
  .constantFrom('IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'TOMORROW')
  .chain((status) => spoiledBody(statusUpdateBody(status, 1, facts)));
const bodies: Record<Kind, fc.Arbitrary<string>> = {
  status_update: spoiltUpdate,
  authorization: spoiledBody({
    ...authorizationCallbackBody(token),
    merchant_reference1: '1001',
    merchant_reference2: 'order-1',
  }),
  notification: spoiledBody({ order_id: 'o-1', event_type: 'FRAUD_RISK_ACCEPTED' }),
  push: spoiltUpdate,
};

const event = fc
  .tuple(fc.constantFrom(...callbackKinds), fc.nat(500))
  .chain(([kind, n]) =>
    fc.record({
      claim: claimOf(kind, `order-${n}`),
      body: fc.oneof(
        { weight: 3, arbitrary: bodies[kind].map((text) => Buffer.from(text)) },
        almostJson(bodies[kind]),
        fc.constant(undefined),
      ),
      base64: fc.boolean(),
      wronglyMarked: fc.boolean(),
      headers: fc.dictionary(oddText, oddText, { maxKeys: 3 }),
      order: fc.option(oddText),
    }),
  )
  .map(({ claim, body, base64, wronglyMarked, headers, order }) => ({
    version: '2.0',
    routeKey: 'POST /callbacks/{kind}/{payment}/{secret}',
    rawPath: '/',
    rawQueryString: '',
    headers,
    ...(Object.keys(claim).length > 0 && { pathParameters: claim }),
    ...(order !== null && { queryStringParameters: { order } }),
    ...(body && { body: body.toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: base64 !== (wronglyMarked && (body?.length ?? 0) % 7 === 0),
  }));

const isProven = ({ kind = '', payment = '', secret = '' }: Record<string, string | undefined>): boolean => {
  const id = paymentId(payment);
  return isCallbackKind(kind) && id !== undefined && isGenuine({ kind, payment: id, secret, keys: [key] });
};

test('none of 12,000 hostile callbacks crashes the relay, is answered 5xx, writes without proof or shows a secret', async () => {
  const counted = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(event, async (hostile) => {
      const [callsBefore, entriesBefore] = [memory.calls.length, entries.length];
      const { statusCode = 0, body = '' } = await receive(hostile as unknown as APIGatewayProxyEventV2);
      counted.set(statusCode, (counted.get(statusCode) ?? 0) + 1);
      const proven = isProven(hostile.pathParameters ?? {});
      expect([200, 401, 404, 413]).toContain(statusCode);
      if (!proven) expect([401, 404]).toContain(statusCode);
      if (!proven) expect(memory.calls.length).toBe(callsBefore);
      expect(entries.length).toBe(entriesBefore + 1);
      expect(body.length).toBeLessThan(100);
    }),
    { numRuns: 12_000 },
  );
  expect(counted.get(200)).toBeGreaterThan(3000);
  expect(counted.get(401)).toBeGreaterThan(300);

  expectUnpolluted();
  const written = JSON.stringify([entries, [...memory.payments.values()]]);
  for (const secret of [token, key, secretFor('status_update', 'order-1'), 'Grace'])
    expect(written).not.toContain(secret);
  for (const entry of entries) expect(JSON.parse(entry)).toMatchObject({ relay: 'test' });
  for (const payment of memory.payments.values()) expectInContract(payment);
}, 60_000);

const genuine = (body: Buffer | string, kind: Kind = 'status_update') =>
  receive({
    pathParameters: { kind, payment: 'order-1', secret: secretFor(kind, 'order-1') },
    headers: {},
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2);

test.each(poison)('a body with fields named "%s" changes only what its session says', async (name) => {
  const session = JSON.stringify(statusUpdateBody('IN_PROGRESS', 1).session).slice(0, -1);
  expect(await genuine(`{"${name}":{"polluted":1},"session":${session},"${name}":{"status":"COMPLETED"}}}`)).toEqual({
    statusCode: 200,
  });
  expect(memory.payments.get('order-1')).toMatchObject({ stage: 'in_progress', session: { word: 'IN_PROGRESS' } });
  expect(JSON.stringify([...memory.payments.values()])).not.toContain('polluted');
  expectUnpolluted();
});

test('the last of two equal keys counts, as in every JSON parser', async () => {
  const { session } = statusUpdateBody('IN_PROGRESS', 1);
  await genuine(
    `{"session":${JSON.stringify({ ...session, status: 'CANCELLED' })},"session":${JSON.stringify(session)}}`,
  );
  expect(memory.payments.get('order-1')?.session?.word).toBe('IN_PROGRESS');
});

test.each([
  ['64 KB', 64 * 1024, 200],
  ['one byte more', 64 * 1024 + 1, 413],
])('a genuine body of %s is answered', async (_, length, status) => {
  const text = JSON.stringify(statusUpdateBody('IN_PROGRESS', 1));
  expect(await genuine(text + ' '.repeat(length - text.length))).toMatchObject({ statusCode: status });
  expect(memory.payments.size).toBe(status === 200 ? 1 : 0);
});

test.each([
  ['invalid UTF-8', Buffer.concat([Buffer.from('{"session":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')])],
  ['UTF-16', Buffer.from(JSON.stringify(statusUpdateBody('COMPLETED', 1)), 'utf16le')],
  ['30,000 open brackets', '['.repeat(30_000)],
])('%s is kept as a request to read the session', async (_, body) => {
  expect(await genuine(body)).toEqual({ statusCode: 200 });
  expect(memory.payments.get('order-1')).toMatchObject({
    stage: 'created',
    readRequests: { session: { at: now().toISOString() } },
  });
});

test('a merchant reference that is not well-formed is dropped, and the rest of the callback is kept', async () => {
  const body = { ...authorizationCallbackBody(token), merchant_reference1: 'half \ud83d of it' };
  expect(await genuine(JSON.stringify(body), 'authorization')).toEqual({ statusCode: 200 });
  expect(memory.payments.get('order-1')).toMatchObject({
    stage: 'authorized',
    facts: { kp_session_id: body.session_id },
  });
});

test.each(['9999-12-31T23:59:59-23:59', '0000-01-01T00:00:00+23:59'])(
  'a time outside the years 0000 to 9999 is dropped: %s',
  async (updated_at) => {
    expect(await genuine(JSON.stringify(statusUpdateBody('COMPLETED', 1, { updated_at })))).toEqual({
      statusCode: 200,
    });
    expect(memory.payments.get('order-1')).toMatchObject({
      stage: 'created',
      readRequests: { session: { at: now().toISOString() } },
    });
  },
);

test('a payment that receives 3,000 callbacks still fits a DynamoDB item and still advances', async () => {
  const words = ['IN_PROGRESS', 'FAILED', 'BACK', 'ERROR', 'TOMORROW'];
  for (let n = 0; n < 3000; n++) {
    const more = { authorization_token: `${token}-${n}`, padding: 'x'.repeat(100) };
    const { statusCode } = await genuine(JSON.stringify(statusUpdateBody(words[n % words.length] ?? '', n, more)));
    expect(statusCode).toBe(200);
  }
  expect(await genuine(JSON.stringify(statusUpdateBody('COMPLETED', 5000, { order_id: 'o-1' })))).toEqual({
    statusCode: 200,
  });
  const payment = memory.payments.get('order-1');
  expect(payment).toMatchObject({ stage: 'authorized', session: { word: 'COMPLETED' }, facts: { order_id: 'o-1' } });
  expect(JSON.stringify(payment).length).toBeLessThan(100_000);
}, 60_000);
