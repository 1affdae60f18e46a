import { generateKeyPairSync } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { compactDecrypt } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { sealTo } from '../../../lambdas/aws/seal.ts';
import type { ReceiveCallbackDependencies } from '../../../lambdas/dependencies/receive-callback.ts';
import { receiveCallback } from '../../../lambdas/handlers/receive-callback.ts';
import { type CallbackKind, callbackUrl } from '../../../lambdas/klarna/inbound/callback-url.ts';
import { jsonLogger } from '../../../lambdas/logging/logger.ts';
import { callbackKeysOf } from '../../support/builders/callback-keys.ts';
import { paymentIdOf } from '../../support/builders/reports.ts';
import { type MemoryStore, memoryStore } from '../../support/harness/memory-store.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
const [key, rotated] = ['k'.repeat(43), 'r'.repeat(43)];
const now = () => new Date('2026-11-22T10:00:00.000Z');

let memory: MemoryStore;
let entries: string[];
let renewals: number;
let renewed: string[] | undefined;
let fault: Error | undefined;

const dependencies: ReceiveCallbackDependencies = {
  store: {
    find: async (id) => {
      if (fault) throw fault;
      return memory.store.find(id);
    },
    save: (payment) => memory.store.save(payment),
    newIncarnation: () => memory.store.newIncarnation(),
  },
  keys: callbackKeysOf([key], async () => {
    renewals += 1;
    return renewed;
  }),
  seal: sealTo(publicKey),
  logger: jsonLogger({ relay: 'test', now, write: (entry) => entries.push(entry) }),
  now,
};

beforeEach(() => {
  [memory, entries, renewals, renewed, fault] = [memoryStore(), [], 0, undefined, undefined];
});

type CallbackParts = { kind?: CallbackKind; payment?: string; key?: string; body?: string; base64?: boolean };

const pathOf = ({ kind = 'status_update', payment = 'order-1', key: mintedWith = key }: CallbackParts) =>
  new URL(callbackUrl({ base: 'https://r.example', kind, payment: paymentIdOf(payment), key: mintedWith })).pathname;

const eventOf = (callback: CallbackParts, parameters?: Record<string, string>): APIGatewayProxyEventV2 => {
  const rawPath = pathOf(callback);
  const [, , kind = '', payment = '', secret = ''] = rawPath.split('/');
  return {
    version: '2.0',
    routeKey: 'POST /callbacks/{kind}/{payment}/{secret}',
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    pathParameters: { kind, payment, secret, ...parameters },
    isBase64Encoded: callback.base64 ?? false,
    ...(callback.body !== undefined && { body: callback.body }),
    requestContext: {
      accountId: '1',
      apiId: 'a',
      domainName: 'r.example',
      domainPrefix: 'r',
      http: { method: 'POST', path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'Klarna' },
      requestId: 'r-1',
      routeKey: 'POST /callbacks/{kind}/{payment}/{secret}',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
  };
};

const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'receive-callback',
  functionVersion: '1',
  invokedFunctionArn: 'arn',
  memoryLimitInMB: '1024',
  awsRequestId: 'r-1',
  logGroupName: 'g',
  logStreamName: 's',
  getRemainingTimeInMillis: () => 5000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

const receive = (event: APIGatewayProxyEventV2) => receiveCallback(dependencies)(event, context);
const body = (session: object) =>
  JSON.stringify({ event_id: 'e-1', session: { session_id: 'hpp-1', updated_at: '2026-11-22T09:59:58Z', ...session } });
const arrives = body({ status: 'IN_PROGRESS' });
const completes = body({ status: 'COMPLETED', authorization_token: 'tell-no-one' });
const entry = (n = 0) => JSON.parse(entries[n] ?? '{}');

test('a callback costs one read and one write, and is answered 200 without a body', async () => {
  expect(await receive(eventOf({ body: arrives }))).toEqual({ statusCode: 200 });
  expect(memory.calls).toEqual(['find', 'save']);
  expect(memory.payments.get('order-1')).toMatchObject({ stage: 'in_progress', session: { word: 'IN_PROGRESS' } });
});

test('a repeat costs one read', async () => {
  await receive(eventOf({ body: arrives }));
  expect(await receive(eventOf({ body: arrives }))).toEqual({ statusCode: 200 });
  expect(memory.calls).toEqual(['find', 'save', 'find']);
});

test('a token is sealed before it reaches the item, bound to its payment', async () => {
  await receive(eventOf({ body: completes }));
  const authorization = memory.payments.get('order-1')?.facts.authorizations?.[0];
  const { plaintext, protectedHeader } = await compactDecrypt(authorization?.sealed ?? '', privateKey);
  expect(new TextDecoder().decode(plaintext)).toBe('tell-no-one');
  expect(protectedHeader.payment).toBe('order-1');
  expect(authorization?.at).toBe('2026-11-22T09:59:58.000Z');
  expect(JSON.stringify([...memory.payments.values(), entries])).not.toContain('tell-no-one');
});

test('a body that API Gateway handed over in base64 is read', async () => {
  await receive(eventOf({ body: Buffer.from(arrives).toString('base64'), base64: true }));
  expect(memory.payments.get('order-1')?.stage).toBe('in_progress');
});

test('a body under another content type is read', async () => {
  const event = eventOf({ body: arrives });
  await receive({ ...event, headers: { 'content-type': 'text/html' } });
  expect(memory.payments.get('order-1')?.stage).toBe('in_progress');
});

test('an empty body requests a read', async () => {
  expect(await receive(eventOf({}))).toEqual({ statusCode: 200 });
  expect(memory.payments.get('order-1')).toMatchObject({
    readRequests: { session: { at: now().toISOString(), version: 1 } },
    changes: [],
  });
});

test('a push names its order in the query', async () => {
  const event = eventOf({ kind: 'push' });
  await receive({ ...event, queryStringParameters: { order: 'o-1' } });
  expect(memory.payments.get('order-1')).toMatchObject({
    facts: {},
    hintedOrders: [{ order_id: 'o-1' }],
    readRequests: { order: { at: now().toISOString(), version: 1 } },
  });
});

describe('the log entry', () => {
  test("holds payment, kind, outcome and Klarna's event id, and counts", async () => {
    await receive(eventOf({ body: arrives }));
    expect(entry()).toMatchObject({
      level: 'info',
      message: 'callback',
      relay: 'test',
      kind: 'status_update',
      payment: 'order-1',
      outcome: 'advanced',
      understood: 'read',
      word: 'IN_PROGRESS',
      stage: 'in_progress',
      sequence: 1,
      event_id: 'e-1',
      Callbacks: 1,
      LearnedByCallback: 1,
      DelayMs: 2000,
    });
    expect(entry()._aws.Timestamp).toBe(now().getTime());
    expect(entry()._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'KlarnaRelay',
        Dimensions: [['relay']],
        Metrics: [
          { Name: 'Callbacks', Unit: 'Count' },
          { Name: 'LearnedByCallback', Unit: 'Count' },
          { Name: 'DelayMs', Unit: 'Milliseconds' },
        ],
      },
      {
        Namespace: 'KlarnaRelay',
        Dimensions: [['relay', 'kind', 'outcome']],
        Metrics: [{ Name: 'Callbacks', Unit: 'Count' }],
      },
    ]);
  });

  test("counts Klarna's delay once per change, and only where Klarna gives the time", async () => {
    const granted = JSON.stringify({ authorization_token: 't', session_id: 's' });
    await receive(eventOf({ kind: 'authorization', body: granted }));
    await receive(eventOf({ body: arrives }));
    await receive(eventOf({ body: body({ status: 'BACK', updated_at: '2026-11-22T09:00:00Z' }) }));
    expect(entries.map((text) => JSON.parse(text)).map(({ outcome, DelayMs }) => [outcome, DelayMs])).toEqual([
      ['advanced', undefined],
      ['advanced', 2000],
      ['late', undefined],
    ]);
  });

  test.each([
    ['an unknown word', body({ status: 'TOMORROW' }), { level: 'warn', Unrecognised: 1 }],
    ['an unreadable body', '{', { level: 'warn', Unrecognised: 1, understood: 'unreadable' }],
    ['an empty body', '', { level: 'info', understood: 'empty' }],
  ])('counts %s', async (_, text, expected) => {
    await receive(eventOf({ body: text }));
    expect(entry()).toMatchObject(expected);
  });

  test('counts a conflict', async () => {
    await receive(eventOf({ body: completes }));
    await receive(eventOf({ body: body({ status: 'CANCELLED' }) }));
    expect(entry(1)).toMatchObject({ level: 'warn', outcome: 'conflict', Conflicts: 1 });
  });

  test('counts a move that found the history full', async () => {
    for (let n = 10; n < 51; n++) {
      const status = n % 2 ? 'FAILED' : 'IN_PROGRESS';
      await receive(eventOf({ body: body({ status, updated_at: `2026-11-22T09:00:${n}Z` }) }));
    }
    expect(entry(39)).not.toHaveProperty('Unpublished');
    expect(entry(40)).toMatchObject({ outcome: 'unpublished', Unpublished: 1 });
  });
});

describe('a forged callback is refused and costs nothing', () => {
  const forged = async (event: APIGatewayProxyEventV2) => {
    expect(await receive(event)).toMatchObject({
      statusCode: 401,
      body: '{"status":401,"title":"Unauthorized","detail":"not from Klarna"}',
    });
    expect(memory.calls).toEqual([]);
    expect(memory.payments.size).toBe(0);
    expect(entry()).toMatchObject({
      level: 'warn',
      message: 'refused',
      kind: 'status_update',
      payment: event.pathParameters?.payment,
      status: 401,
      Forged: 1,
    });
  };

  test('with a guessed secret', () => forged(eventOf({ body: arrives }, { secret: 'A'.repeat(43) })));
  test('with the secret of another payment', () => forged(eventOf({ body: arrives }, { payment: 'order-2' })));
  test('with the secret of another kind', () =>
    forged(eventOf({ body: arrives, kind: 'push' }, { kind: 'status_update' })));
  test('with a key that was removed', () => forged(eventOf({ body: arrives, key: rotated })));
  test('without a secret', () => forged(eventOf({ body: arrives }, { secret: '' })));
  test('before its body is read, however large', () =>
    forged(eventOf({ body: 'x'.repeat(9_000_000) }, { secret: 'no' })));
  test('before its body is parsed', () => forged(eventOf({ body: '{' }, { secret: 'no' })));
});

test('after a rotation the keys are read again, and a URL minted with the new one is accepted', async () => {
  renewed = [rotated, key];
  expect(await receive(eventOf({ body: arrives, key: rotated }))).toEqual({ statusCode: 200 });
  expect(renewals).toBe(1);
  expect(memory.calls).toEqual(['find', 'save']);
});

describe('refused is', () => {
  test.each([
    ['an unknown kind', { kind: 'confirmation' }, 404, 'kind: no such callback'],
    ['a wrong payment id', { payment: '../etc' }, 404, 'payment: not a payment id'],
  ])('%s', async (_, parameters, statusCode, detail) => {
    const answer = await receive(eventOf({ body: arrives }, parameters));
    expect(answer).toMatchObject({
      statusCode,
      body: JSON.stringify({ status: statusCode, title: 'Not Found', detail }),
    });
    expect(memory.calls).toEqual([]);
  });

  test('a genuine body over 64 KB, in the clear or in base64', async () => {
    const large = 'x'.repeat(64 * 1024 + 1);
    for (const event of [
      eventOf({ body: large }),
      eventOf({ body: Buffer.from(large).toString('base64'), base64: true }),
    ]) {
      expect(await receive(event)).toMatchObject({ statusCode: 413 });
    }
    expect(entry()).toMatchObject({ kind: 'status_update', payment: 'order-1', Oversized: 1 });
    expect(memory.calls).toEqual([]);
    expect(await receive(eventOf({ body: large.slice(1) }))).toEqual({ statusCode: 200 });
  });
});

describe('a failure of ours', () => {
  test('is answered 503, so that Klarna tries again, and only the log says why', async () => {
    fault = Object.assign(new Error('table on fire'), { name: 'InternalServerError' });
    const answer = await receive(eventOf({ body: arrives }));
    expect(answer).toEqual({
      statusCode: 503,
      headers: { 'content-type': 'application/problem+json' },
      body: '{"status":503,"title":"Service Unavailable","detail":"try again"}',
    });
    expect(entry()).toMatchObject({
      level: 'error',
      message: 'failed',
      error: 'InternalServerError',
      reason: 'table on fire',
    });
  });
});

test('text that a parser could not read stays out of the log', async () => {
  fault = new SyntaxError('Unexpected token, "tell-no-one" is not valid JSON');
  await receive(eventOf({ body: arrives }));
  expect(entry()).toMatchObject({ message: 'failed', error: 'SyntaxError' });
  expect(entries.join()).not.toContain('tell-no-one');
});

test('no path and no secret appear in the log, whatever happens', async () => {
  await receive(eventOf({ body: completes }));
  await receive(eventOf({ body: completes }, { secret: 'wrong-secret' }));
  await receive(eventOf({ body: completes }, { kind: 'nothing' }));
  fault = new Error('down');
  await receive(eventOf({ body: completes }));
  const secret = pathOf({}).split('/').at(-1) ?? '?';
  expect(entries).toHaveLength(4);
  for (const text of [secret, 'wrong-secret', '/callbacks/', 'tell-no-one', key])
    expect(entries.join()).not.toContain(text);
});
