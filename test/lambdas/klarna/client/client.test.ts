import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseAccounts } from '../../../../lambdas/klarna/client/accounts.ts';
import { apiUrl, type Klarna, klarnaClient, taskRate } from '../../../../lambdas/klarna/client/client.ts';
import type { KlarnaCall } from '../../../../lambdas/klarna/client/connection.ts';
import { idempotencyKey, uuidV5 } from '../../../../lambdas/klarna/client/idempotency.ts';
import { KlarnaError } from '../../../../lambdas/klarna/client/klarna-error.ts';
import { close, listen } from '../../../../local/gateway/listen.ts';

type Asked = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | 'hang up' | 'silence';

const asked: Asked[] = [];
const sockets = new Set<unknown>();
let replies: Reply[] = [];
let url = '';
const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  sockets.add(request.socket);
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
  const reply = replies.length > 1 ? replies.shift() : replies[0];
  if (reply === 'silence') return;
  if (!reply || reply === 'hang up') return void response.destroy();
  response.writeHead(reply.status, { 'klarna-correlation-id': 'corr-1', ...reply.headers });
  response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
});
beforeAll(async () => {
  url = await listen(server);
});
afterAll(() => close(server));

const pauses: number[] = [];
const seen: KlarnaCall[] = [];
const account = { region: 'eu', environment: 'playground', username: 'PK_1', password: 'pass:word' } as const;
const klarna = (more: object = {}): Klarna =>
  klarnaClient({
    accounts: { default: account },
    apiUrl: url,
    pause: async (ms: number) => void pauses.push(ms),
    random: () => 0.5,
    onCall: (call: KlarnaCall) => void seen.push(call),
    userAgent: 'klarna-relay/7 (test)',
    ...more,
  })('default');
beforeEach(() => {
  asked.length = pauses.length = seen.length = 0;
  sockets.clear();
});

const fails = async (call: Promise<unknown>): Promise<KlarnaError> => {
  const error = await call.then(
    () => undefined,
    (reason) => reason,
  );
  return error instanceof KlarnaError ? error : expect.fail(`no KlarnaError: ${error}`);
};
const body = { a: 1 };
const [token, order_id, key] = ['tok-123456', 'order-1', 'key-1'];

describe('every endpoint', () => {
  test.each<[name: string, ask: (klarna: Klarna) => Promise<unknown>, line: string, reply: Reply, gives?: object]>([
    [
      'createPaymentSession',
      (k) => k.createPaymentSession(body),
      'POST /payments/v1/sessions',
      { status: 200, body: { session_id: 's', client_token: 'c' } },
      { session_id: 's' },
    ],
    [
      'readPaymentSession',
      (k) => k.readPaymentSession('s'),
      'GET /payments/v1/sessions/s',
      { status: 200, body: { status: 'complete' } },
      { status: 'complete' },
    ],
    [
      'createHostedSession',
      (k) => k.createHostedSession(body),
      'POST /hpp/v1/sessions',
      { status: 201, body: { session_id: 'h', redirect_url: 'https://k/h' } },
      { session_id: 'h', redirect_url: 'https://k/h' },
    ],
    [
      'readHostedSession',
      (k) => k.readHostedSession('h'),
      'GET /hpp/v1/sessions/h',
      { status: 200, body: { session_id: 'h', status: 'WAITING', customer: { date_of_birth: '1987-08-15' } } },
      { session_id: 'h', status: 'WAITING' },
    ],
    [
      'disableHostedSession',
      (k) => k.disableHostedSession('h'),
      'DELETE /hpp/v1/sessions/h',
      { status: 204 },
      undefined,
    ],
    [
      'placeOrder',
      (k) => k.placeOrder({ token, body }),
      `POST /payments/v1/authorizations/${token}/order`,
      { status: 200, body: { order_id, fraud_status: 'ACCEPTED' } },
      { order_id, fraud_status: 'ACCEPTED' },
    ],
    [
      'createCustomerToken',
      (k) => k.createCustomerToken({ token, body }),
      `POST /payments/v1/authorizations/${token}/customer-token`,
      { status: 200, body: { token_id: 't' } },
      { token_id: 't' },
    ],
    [
      'readCustomerToken',
      (k) => k.readCustomerToken('t'),
      'GET /customer-token/v1/tokens/t',
      { status: 200, body: { status: 'ACTIVE', card: { masked_number: '1' } } },
      { status: 'ACTIVE' },
    ],
    [
      'chargeCustomerToken',
      (k) => k.chargeCustomerToken({ token: 't', body, key }),
      'POST /customer-token/v1/tokens/t/order key-1',
      { status: 200, body: { order_id } },
      { order_id },
    ],
    [
      'cancelCustomerToken',
      (k) => k.cancelCustomerToken({ token: 't', key }),
      'PATCH /customer-token/v1/tokens/t/status key-1',
      { status: 202 },
      {},
    ],
    [
      'readOrder',
      (k) => k.readOrder('a/b'),
      'GET /ordermanagement/v1/orders/a%2Fb',
      { status: 200, body: { order_id, status: 'TOMORROW', captures: 'none', customer: {} } },
      { order_id, status: 'TOMORROW', captures: [], refunds: [] },
    ],
    [
      'capture',
      (k) => k.capture({ order_id, key, body }),
      'POST /ordermanagement/v1/orders/order-1/captures key-1',
      { status: 201, headers: { 'capture-id': 'c' } },
      { capture_id: 'c' },
    ],
    [
      'capture by its location',
      (k) => k.capture({ order_id, key, body }),
      'POST /ordermanagement/v1/orders/order-1/captures key-1',
      { status: 201, headers: { location: 'https://k/captures/c' } },
      { capture_id: 'c' },
    ],
    [
      'refund',
      (k) => k.refund({ order_id, key, body }),
      'POST /ordermanagement/v1/orders/order-1/refunds key-1',
      { status: 201, headers: { 'refund-id': 'r' } },
      { refund_id: 'r' },
    ],
    [
      'cancelOrder',
      (k) => k.cancelOrder({ order_id, key }),
      'POST /ordermanagement/v1/orders/order-1/cancel key-1',
      { status: 204 },
      {},
    ],
    [
      'releaseRemaining',
      (k) => k.releaseRemaining({ order_id, key }),
      'POST /ordermanagement/v1/orders/order-1/release-remaining-authorization key-1',
      { status: 204 },
      {},
    ],
    [
      'extendAuthorization',
      (k) => k.extendAuthorization({ order_id, key }),
      'POST /ordermanagement/v1/orders/order-1/extend-authorization-time key-1',
      { status: 204 },
      {},
    ],
    [
      'extendDueDate',
      (k) => k.extendDueDate({ order_id, key, capture_id: 'c', body }),
      'PATCH /ordermanagement/v1/orders/order-1/captures/c/extend-due-date key-1',
      { status: 204 },
      {},
    ],
  ])('%s', async (_, ask, line, reply, gives) => {
    replies = [reply];
    const given = await ask(klarna());
    const [call] = asked;
    const named = call?.headers['klarna-idempotency-key'];
    expect(`${call?.method} ${call?.url}${named ? ` ${named}` : ''}`).toBe(line);
    expect(call?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('PK_1:pass:word').toString('base64')}`,
      'user-agent': 'klarna-relay/7 (test)',
    });
    if (gives) expect(JSON.parse(JSON.stringify(given))).toEqual({ ...gives, correlation_id: 'corr-1' });
    else expect(given).toBeUndefined();
    expect(seen).toMatchObject([{ outcome: 'ok', attempts: 1, correlation_id: 'corr-1' }]);
  });
});

describe('a refusal', () => {
  const refusal = {
    correlation_id: 'c-7',
    error_code: 'CAPTURE_NOT_ALLOWED',
    error_messages: ['not for 19870815-8493 or grace@shop.example'],
  };

  test("is told at once, with its code and Klarna's name for the request", async () => {
    replies = [{ status: 403, body: refusal }];
    const error = await fails(klarna().capture({ order_id, key, body }));
    expect(error).toMatchObject({ kind: 'refused', status: 403, code: 'CAPTURE_NOT_ALLOWED', correlationId: 'c-7' });
    expect(asked).toHaveLength(1);
  });

  test("keeps what could be a person's out of its words", async () => {
    replies = [{ status: 403, body: refusal }];
    expect((await fails(klarna().capture({ order_id, key, body }))).messages).toEqual(['not for … or …']);
  });

  test('without an envelope has the correlation id of its header', async () => {
    replies = [{ status: 404 }];
    expect(await fails(klarna().readOrder(order_id))).toMatchObject({
      kind: 'refused',
      code: undefined,
      correlationId: 'corr-1',
    });
  });

  test('of a charge names the way to repair it', async () => {
    replies = [
      { status: 403, body: { error_code: 'PAYMENT_METHOD_FAILED', step_up_id: 'step', fraud_status: 'REJECTED' } },
    ];
    expect(await fails(klarna().chargeCustomerToken({ token: 't', body, key }))).toMatchObject({
      stepUpId: 'step',
    });
  });
});

describe('an answer that is not about what was asked', () => {
  test.each([
    ['a redirect, which credentials do not follow', { status: 302, headers: { location: '/elsewhere' } }],
    ['credentials that ended', { status: 401, body: { error_code: 'UNAUTHORIZED' } }],
    ['a filter on the way', { status: 403, body: 'no' }],
    ['somebody else who asks under the same key', { status: 409, body: { error_code: 'CONFLICT' } }],
  ] as [string, Reply][])('is no refusal, and is not asked again at once: %s', async (_, reply) => {
    replies = [reply];
    expect(await fails(klarna().capture({ order_id, key, body }))).toMatchObject({ kind: 'unavailable' });
    expect(asked).toHaveLength(1);
  });
});

describe('credentials that Klarna no longer takes', () => {
  const passwords = () =>
    asked.map(({ headers }) => Buffer.from(String(headers.authorization).slice(6), 'base64').toString());
  const rotated = async () => ({ default: { ...account, password: 'new' } });

  test('are read anew, and what was asked is asked once more, also what must not be asked twice', async () => {
    replies = [{ status: 401 }, { status: 200, body: { token_id: 't' } }];
    const renewing = klarna({ renew: rotated });
    expect(await renewing.createCustomerToken({ token, body })).toMatchObject({ token_id: 't' });
    await renewing.createCustomerToken({ token, body });
    expect(passwords()).toEqual(['PK_1:pass:word', 'PK_1:new', 'PK_1:new']);
  });

  test('are told as no answer when they were read a moment ago', async () => {
    replies = [{ status: 401 }];
    const error = await fails(klarna({ renew: async () => undefined }).createCustomerToken({ token, body }));
    expect(error).toMatchObject({ kind: 'unavailable', status: 401 });
    expect(asked).toHaveLength(1);
  });
});

describe('no answer', () => {
  test.each([['hang up'], [{ status: 503 }], [{ status: 500, body: 'oops' }]] as [Reply][])(
    '%j is asked again under the same key, three times in all',
    async (reply) => {
      replies = [reply];
      expect(await fails(klarna().capture({ order_id, key, body }))).toMatchObject({ kind: 'unavailable' });
      expect(asked.map(({ headers }) => headers['klarna-idempotency-key'])).toEqual([key, key, key]);
      expect(pauses).toEqual([200, 400]);
      expect(seen).toMatchObject([{ outcome: 'unavailable', attempts: 3 }]);
    },
  );

  test('that is followed by one is forgotten', async () => {
    replies = ['hang up', { status: 201, headers: { 'capture-id': 'c' } }];
    expect(await klarna().capture({ order_id, key, body })).toEqual({ capture_id: 'c', correlation_id: 'corr-1' });
    expect(seen).toMatchObject([{ outcome: 'ok', attempts: 2 }]);
  });

  test('leaves its name behind for each attempt, for the support of Klarna', async () => {
    const named = (status: number, id: string) => ({
      status,
      headers: { 'klarna-correlation-id': id, 'capture-id': 'c' },
    });
    replies = [named(503, 'corr-a'), 'hang up', named(201, 'corr-c')];
    await klarna().capture({ order_id, key, body });
    expect(seen).toMatchObject([{ attempts: 3, earlier: 'corr-a none', correlation_id: 'corr-c' }]);
  });

  test('is what wrong credentials are: asked once, and what was asked may wait for the right ones', async () => {
    replies = [{ status: 401, body: { error_code: 'UNAUTHORIZED' } }];
    expect(await fails(klarna().readOrder(order_id))).toMatchObject({ kind: 'unavailable', status: 401 });
    expect(asked).toHaveLength(1);
  });

  test('in time is no answer', async () => {
    replies = ['silence'];
    expect(await fails(klarna({ timeout: 20 }).createCustomerToken({ token, body }))).toMatchObject({
      kind: 'unavailable',
      status: undefined,
    });
  });

  test('to what must not be asked twice is not asked twice', async () => {
    replies = [{ status: 503 }];
    await fails(klarna().createCustomerToken({ token, body }));
    expect(asked).toHaveLength(1);
  });

  test('is not waited for beyond the budget', async () => {
    replies = [{ status: 503 }];
    let time = 0;
    const now = () => {
      time += 3000;
      return new Date(time);
    };
    const late = klarna({ now, budget: 10_000 });
    await fails(late.readOrder(order_id));
    expect(asked.length).toBeLessThan(3);
  });

  test.each([
    ['a success that names nothing', { status: 200, body: {} }, (k: Klarna) => k.placeOrder({ token, body })],
    ['a capture without a name', { status: 201 }, (k: Klarna) => k.capture({ order_id, key, body })],
  ])('is what %s is', async (_, reply, ask) => {
    replies = [reply];
    expect(await fails(ask(klarna()))).toMatchObject({ kind: 'unavailable' });
  });
});

describe('too many requests', () => {
  test.each([
    ['seconds', '3', 3000],
    ['a moment', String(Date.parse('2026-11-22T10:00:05Z') / 1000), 5000],
    ['nothing', undefined, 200],
    ['nonsense', 'soon', 200],
  ])('are asked again after the reset, told as %s', async (_, reset, pause) => {
    replies = [
      { status: 429, ...(reset && { headers: { 'x-ratelimit-reset': reset } }) },
      { status: 200, body: { token_id: 't' } },
    ];
    await klarna({ now: () => new Date('2026-11-22T10:00:00Z') }).createCustomerToken({ token, body });
    expect(pauses).toEqual([pause]);
  });

  test('are told as no answer when the reset lies beyond the budget', async () => {
    replies = [{ status: 429, headers: { 'x-ratelimit-reset': '60' } }];
    const error = await fails(klarna().readOrder(order_id));
    expect(error).toMatchObject({ kind: 'unavailable', status: 429, retryAfter: 60_000 });
    expect(pauses).toEqual([]);
  });
});

describe('a rate that is shared with others', () => {
  test('is asked before every attempt, for this account and operation', async () => {
    const wanted: unknown[] = [];
    replies = [{ status: 503 }, { status: 200, body: {} }];
    const permit = async (call: object) => wanted.push(call) > 0;
    await klarna({ permit }).readHostedSession('s');
    const call = { account: 'default', operation: 'readHostedSession', perSecond: 25 };
    expect(wanted).toEqual([call, call]);
  });

  test('that is used up is told as no answer, and Klarna is not asked', async () => {
    const error = await fails(klarna({ permit: async () => false }).readOrder(order_id));
    expect(error).toMatchObject({ kind: 'unavailable', code: 'RATE_USED_UP' });
    expect(asked).toEqual([]);
  });

  test.each([
    ['production', 'createPaymentSession', 20],
    ['production', 'createHostedSession', 20],
    ['production', 'createCustomerToken', 20],
    ['production', 'readOrder', 100],
    ['playground', 'createCustomerToken', 2],
    ['playground', 'placeOrder', 25],
  ] as const)('is half of what Klarna takes: in %s %s %d a second', (environment, operation, rate) => {
    expect(taskRate({ environment }, operation)).toBe(rate);
  });
});

test('connections are used again', async () => {
  replies = [{ status: 200, body: {} }];
  for (let n = 0; n < 20; n++) await klarna().readOrder(order_id);
  expect(sockets.size).toBeLessThanOrEqual(2); // one, and the one that an earlier test may have broken
});

test('neither token nor password shows in what is thrown or watched', async () => {
  for (const reply of [
    'hang up',
    { status: 404, body: { error_code: 'NOT_FOUND', error_messages: [`no ${token}`] } },
    { status: 200 },
  ] as Reply[]) {
    replies = [reply];
    const error = await fails(klarna().placeOrder({ token, body }));
    const told = [error.message, String(error), error.stack, JSON.stringify(error), JSON.stringify(seen)].join();
    for (const secret of [token, 'pass:word', Buffer.from('PK_1:pass:word').toString('base64')])
      expect(told).not.toContain(secret);
  }
});

describe('accounts', () => {
  test.each([
    ['eu', 'production', 'https://api.klarna.com'],
    ['eu', 'playground', 'https://api.playground.klarna.com'],
    ['na', 'production', 'https://api-na.klarna.com'],
    ['na', 'playground', 'https://api-na.playground.klarna.com'],
    ['oc', 'production', 'https://api-oc.klarna.com'],
    ['oc', 'playground', 'https://api-oc.playground.klarna.com'],
  ] as const)('in %s, %s, are served by %s', (region, environment, host) => {
    expect(apiUrl({ region, environment })).toBe(host);
  });

  test('may be served by another host, but never in clear over a network', () => {
    expect(apiUrl(account, 'https://klarna.test/')).toBe('https://klarna.test');
    expect(apiUrl(account, 'http://127.0.0.1:4700')).toBe('http://127.0.0.1:4700');
    expect(() => apiUrl(account, 'http://klarna.test')).toThrow('KLARNA_API_URL');
    expect(() => apiUrl(account, 'http://127.0.0.1.evil.test')).toThrow('KLARNA_API_URL');
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'password=hunter2'],
    ['none at all', '{}'],
    ['the empty form', JSON.stringify({ default: { ...account, username: '', password: '' } })],
    ['another region', JSON.stringify({ default: { ...account, region: 'moon', password: 'hunter2' } })],
  ])('that are %s are refused, without a word of their secrets', (_, text) => {
    expect(() => parseAccounts(text)).toThrow(/accounts secret/);
    expect(() => parseAccounts(text)).not.toThrow(/hunter2/);
  });

  test('have names of their own, and no others', () => {
    const accounts = parseAccounts(JSON.stringify({ default: account, oslo: account }));
    expect(() => klarnaClient({ accounts })('oslo')).not.toThrow();
    for (const name of ['moon', 'constructor', '__proto__'])
      expect(() => klarnaClient({ accounts })(name)).toThrow(`account ${name} is not in the accounts secret`);
  });
});

describe('idempotency keys', () => {
  test('are UUIDs of version 5, as RFC 9562 shows them', () => {
    const dns = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex');
    expect(uuidV5(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  test('are the same for the same parts and differ for others', () => {
    expect(idempotencyKey('a', 'b')).toBe(idempotencyKey('a', 'b'));
    expect(
      new Set([idempotencyKey('a', 'b'), idempotencyKey('ab'), idempotencyKey('a', 'b', ''), idempotencyKey('b', 'a')])
        .size,
    ).toBe(4);
  });
});
