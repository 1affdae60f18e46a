import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { chargeToken } from '../../lambdas/handlers/charge-token.ts';
import { createPaymentEndpoint } from '../../lambdas/handlers/create-payment.ts';
import { operatePayment } from '../../lambdas/handlers/operate-payment.ts';
import { readPayment } from '../../lambdas/handlers/read-payment.ts';
import { klarnaClient } from '../../lambdas/klarna/client/client.ts';
import { jsonLogger } from '../../lambdas/logging/logger.ts';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import { oddText, poison } from '../support/arbitraries/odd-values.ts';
import { almostJson, spoiledBody } from '../support/arbitraries/spoiled-bodies.ts';
import { callbackKeysOf } from '../support/builders/callback-keys.ts';
import { chargeRequestBody, sessionRequestBody } from '../support/builders/merchant-bodies.ts';
import { applyAll, paymentIdOf, stageReport } from '../support/builders/reports.ts';
import { expectInContract, expectUnpolluted } from '../support/checks/hostile-checks.ts';
import { strictStore } from '../support/harness/strict-store.ts';

const now = () => new Date('2026-11-22T10:00:00.000Z');
const customerToken = 'token-that-nobody-may-see';
const ordered = paymentIdOf('ordered');

let memory: ReturnType<typeof strictStore>;
let entries: string[];
let sent: string[];
let routes: Record<string, (event: APIGatewayProxyEventV2) => Promise<{ statusCode?: number; body?: string }>>;

/** A Klarna that agrees to everything. */
const klarna = klarnaClient({
  accounts: { default: { region: 'eu', environment: 'playground', username: 'u', password: 'p' } },
  fetch: async (url, init) => {
    sent.push(String(init?.body ?? ''));
    return answerTo(init?.method ?? 'GET', new URL(String(url)).pathname);
  },
});
const answerTo = (method: string, path: string): Response => {
  if (path.startsWith('/hpp/'))
    return Response.json({ session_id: 'hpp', redirect_url: 'https://pay.example/hpp' }, { status: 201 });
  if (path.startsWith('/payments/')) return Response.json({ session_id: 'kp', client_token: 'c' });
  if (path.endsWith('/order')) return Response.json({ order_id: 'o-1', fraud_status: 'ACCEPTED' });
  if (method === 'GET') return Response.json({ order_id: 'o-1', status: 'AUTHORIZED', order_amount: 10_000 });
  if (path.endsWith('/captures')) return new Response(null, { status: 201, headers: { 'capture-id': 'c' } });
  return new Response(null, { status: 204 });
};

beforeEach(() => {
  memory = strictStore();
  [entries, sent] = [[], []];
  const { payment } = applyAll(stageReport('ordered', 1, { order_id: 'o-1' }));
  memory.payments.set(ordered, { ...payment, id: ordered });
  const url = (kind: string) => (payment: PaymentId) => `https://r.example/${kind}/${payment}`;
  const token = {
    id: 't',
    account: 'default',
    payment: ordered,
    sealed: 's',
    status: 'ACTIVE' as const,
    country: 'DE',
  };
  const dependencies = {
    store: memory.store,
    find: memory.store.find,
    klarna,
    now,
    logger: jsonLogger({ relay: 'test', now, write: (entry: string) => entries.push(entry) }),
    hasAccount: (name: string) => name === 'default',
    keepRequest: async () => 'kept' as const,
    deleteRequest: async () => undefined,
    urls: (payment: PaymentId) => ({
      status_update: url('status_update')(payment),
      authorization: url('authorization')(payment),
      notification: url('notification')(payment),
      push: url('push')(payment),
    }),
    statusUrl: url('status'),
    openCustomerToken: async () => customerToken,
    tokens: {
      find: async (id: string) => (id === 't' ? { ...token, locale: 'de-DE', createdAt: '' } : undefined),
      list: async () => [],
      save: async () => undefined,
    },
    keys: callbackKeysOf(['k'.repeat(43)]),
  };
  const context = {} as Context;
  const [create, operate, pay, read] = [
    createPaymentEndpoint(dependencies),
    operatePayment(dependencies),
    chargeToken(dependencies),
    readPayment(dependencies),
  ];
  routes = {
    create: (event) => create(event, context),
    operate: (event) => operate(event, context),
    charge: (event) => pay(event, context),
    read: (event) => read(event, context),
  };
});

const path = {
  create: fc.constant({ routeKey: 'POST /payments', rawPath: '/payments' }),
  operate: fc
    .tuple(
      fc.oneof({ weight: 4, arbitrary: fc.constant('ordered') }, oddText),
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom('captures', 'refunds', 'cancellation', 'release', 'extension') },
        oddText,
      ),
    )
    .map(([payment, name]) => ({ pathParameters: { payment }, rawPath: `/payments/${payment}/${name}` })),
  charge: fc
    .tuple(
      fc.oneof({ weight: 4, arbitrary: fc.constant('t') }, oddText),
      fc.constantFrom(
        'POST /customer-tokens/{token}/payments',
        'GET /customer-tokens',
        'DELETE /customer-tokens/{token}',
      ),
    )
    .map(([token, routeKey]) => ({ routeKey, pathParameters: { token }, rawPath: '' })),
  read: fc
    .record({ payment: oddText, secret: oddText }, { requiredKeys: [] })
    .map((pathParameters) => ({ pathParameters, rawPath: '' })),
};

const line = { name: 'Lamp', price: 3000, quantity: 1, amount: 3000, tax_lines: [{ rate: 1900 }] };
const capture = { amount: 3000, item_lines: [line], shipping_info: [{ shipping_company: 'DHL' }], reference: 'r' };
const good = {
  create: fc.constantFrom('authorize', 'tokenize').chain((flow) => spoiledBody(sessionRequestBody({ flow }))),
  operate: fc.oneof(spoiledBody(capture), spoiledBody({ capture_id: 'c', number_of_days: 14 }), spoiledBody({})),
  charge: fc
    .constantFrom('customer', 'merchant')
    .chain((initiator) => spoiledBody(chargeRequestBody(initiator as 'customer'))),
  read: spoiledBody({}),
};

const request = (route: keyof typeof path) =>
  fc.record({
    at: path[route] as fc.Arbitrary<object>,
    body: fc.oneof({ weight: 5, arbitrary: good[route].map((text) => Buffer.from(text)) }, almostJson(good[route])),
    key: fc.oneof({ weight: 4, arbitrary: fc.uuid() }, oddText, fc.constant(undefined)),
  });

const eventOf = ({ at, body, key }: { at: object; body: Buffer; key?: string | undefined }) =>
  ({
    pathParameters: {},
    ...at,
    headers: key === undefined ? {} : { 'idempotency-key': key },
    body: body.toString('base64'),
    isBase64Encoded: true,
  }) as unknown as APIGatewayProxyEventV2;

const refusal = { status: expect.any(Number), title: expect.stringMatching(/./) };

test.each([
  ['create', 2000, [201, 400, 409, 413, 422]],
  ['operate', 1500, [201, 202, 400, 404, 409, 413, 422]],
  ['charge', 1500, [200, 201, 204, 400, 404, 409, 413, 422]],
  ['read', 500, [200, 401, 404]],
] as const)(
  'a request to %s, spoiled in %i ways, is served or refused with a reason, never answered 5xx',
  async (name, numRuns, allowed) => {
    const counted = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(request(name), async (hostile) => {
        const { statusCode = 0, body = '{}' } = (await routes[name]?.(eventOf(hostile))) ?? {};
        counted.set(statusCode, (counted.get(statusCode) ?? 0) + 1);
        expect(allowed).toContain(statusCode);
        const answer = statusCode === 204 ? {} : JSON.parse(body);
        if (statusCode >= 400) expect(answer).toMatchObject(refusal);
        for (const { field, reason } of answer.problems ?? []) expect(field.length * reason.length).toBeGreaterThan(0);
      }),
      { numRuns },
    );
    expect(counted.size).toBeGreaterThan(1);
    expectUnpolluted();
    const written = JSON.stringify([entries, [...memory.payments.values()]]);
    for (const secret of [customerToken, '1987-08-15', 'Grace']) expect(written).not.toContain(secret);
    for (const text of sent) expect(text.isWellFormed()).toBe(true);
    for (const payment of memory.payments.values()) expectInContract(payment);
  },
  60_000,
);

const create = async (body: string) => {
  const { statusCode, body: answer = '' } = (await routes.create?.(eventOf({ at: {}, body: Buffer.from(body) }))) ?? {};
  return { statusCode, problems: JSON.parse(answer).problems };
};
const withField = (path: string[], value: unknown) => {
  const body = JSON.parse(JSON.stringify(sessionRequestBody()));
  const holder = path.slice(0, -1).reduce((inner, name) => inner[name], body);
  holder[path.at(-1) ?? ''] = value;
  return JSON.stringify(body);
};

test.each(
  poison.flatMap((word) => [
    { word, path: ['flow'] },
    { word, path: ['account'] },
    { word, path: ['customer', 'type'] },
    { word, path: ['order', 'currency_code'] },
  ]),
)('"$word" in $path is refused by the name of the field', async ({ word, path }) => {
  expect(await create(withField(path, word))).toMatchObject({ statusCode: 422, problems: [{ field: path.join('.') }] });
  expect(sent).toEqual([]);
});

test.each(poison)('a field named "%s" is refused and has no effect', async (name) => {
  const text = JSON.stringify(sessionRequestBody());
  expect(await create(`${text.slice(0, -1)},"${name}":{"flow":"capture"}}`)).toMatchObject({
    statusCode: 422,
    problems: [{ field: name, reason: 'is not a field of this request' }],
  });
  expect(sent).toEqual([]);
  expectUnpolluted();
});

test.each([
  [['order', 'amount'], 1e21],
  [['order', 'amount'], 1e308],
  [['order', 'amount'], 0.5],
  [['order', 'amount'], -1],
  [['order', 'reference'], 'half \ud83d'],
  [['customer', 'billing_address', 'city'], '\udc00'],
  [['shipments'], []],
  [['shipments'], { length: 1 }],
])('%j of %j is refused by the name of the field', async (path, value) => {
  const { statusCode, problems } = await create(withField(path, value));
  expect({ statusCode, fields: problems.map(({ field }: { field: string }) => field) }).toMatchObject({
    statusCode: 422,
    fields: expect.arrayContaining([path.join('.')]),
  });
});
