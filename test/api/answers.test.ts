import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answered, describer } from '../support/described.ts';
import { type Journey, startJourney } from '../support/journey.ts';
import { charge, purchase } from '../support/purchase.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

const flaw = describer();

/** Asks, and holds the answer against the description. */
async function ask(method: string, path: string, asked: { body?: unknown; key?: string } = {}): Promise<Answered> {
  const { body, key } = asked;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(new URL(path, relay.url), {
    method,
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    ...(text && { body: text }),
  });
  const told = await response.text();
  const { status, headers } = response;
  const { pathname, search } = new URL(path, relay.url);
  const answered = { method, path: pathname + search, status, headers, body: told ? JSON.parse(told) : undefined };
  expect(flaw(answered), told).toBeUndefined();
  return answered;
}

const member = ({ body }: Answered, name: string) => String((body as Record<string, unknown>)[name]);

async function created(flow: string) {
  const answer = await ask('POST', '/payments', { body: purchase({ flow }) });
  return {
    payment: member(answer, 'payment'),
    hpp: member(answer, 'redirect_url').split('/').at(-1) ?? '',
    status_url: member(answer, 'status_url'),
    location: answer.headers.get('location') ?? '',
  };
}

async function ordered(flow = 'authorize') {
  const made = await created(flow);
  await relay.shopper(made.hpp, 'approve');
  return made;
}

test('a payment is created, read and shown to its shopper as described, before and after it is paid', async () => {
  const { hpp, location, status_url } = await created('authorize');
  expect((await ask('GET', location)).status).toBe(200);
  expect((await ask('GET', status_url)).body).toMatchObject({ status: 'open' });
  await relay.shopper(hpp, 'decline', 'approve');
  expect((await ask('GET', location)).body).toMatchObject({ stage: 'ordered' });
  const { body, headers } = await ask('GET', status_url);
  expect(body).toEqual({ status: 'paid', stage: 'ordered', session: 'COMPLETED', settled: true });
  expect(headers.get('cache-control')).toBe('public, max-age=2');
});

test('a status URL shows nothing that names the shopper, the merchant or Klarna, and is worth nothing for another payment', async () => {
  const [{ status_url }, other] = [await ordered(), await created('authorize')];
  const { body } = await ask('GET', status_url);
  expect(Object.keys(body as object).toSorted()).toEqual(['session', 'settled', 'stage', 'status']);
  const secret = status_url.split('/').at(-1);
  expect((await ask('GET', `/status/${other.payment}/${secret}`)).status).toBe(401);
  expect((await fetch(status_url, { method: 'POST' })).status).toBe(404);
});

test('every operation is answered as described', async () => {
  const { payment } = await ordered();
  const operate = (name: string, body: object, key = JSON.stringify(body)) =>
    ask('POST', `/payments/${payment}/${name}`, { body, key });
  const first = await operate('captures', { amount: 1000, shipping_info: [{ shipping_method: 'Home' }] });
  const { capture_id } = (first.body as { operation: { capture_id: string } }).operation;
  const answers = [
    first,
    await operate('refunds', { amount: 10 }),
    await operate('extension', {}),
    await operate('extension', { capture_id, number_of_days: 7 }),
    await operate('release', {}),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
  expect((await operate('cancellation', {})).status).toBe(409);
  expect((await operate('extension', { capture_id: 'none', number_of_days: 7 })).status).toBe(404);
  expect((await operate('captures', { amount: 0 })).status).toBe(422);
  expect(await operate('captures', { amount: 2 }, JSON.stringify({}))).toMatchObject({ status: 409 });
  expect((await operate('refunds', { amount: 11 }, JSON.stringify({ amount: 10 }))).status).toBe(422);
  expect((await ask('GET', `/payments/${payment}`)).body).toMatchObject({ stage: 'part_refunded' });
});

test('an operation that is under way says where its end can be learned, and it can be learned there', async () => {
  const { payment } = await ordered();
  const capture = () => ask('POST', `/payments/${payment}/captures`, { body: { amount: 5 }, key: 'slow' });
  relay.emulated.control.answers([{ method: 'POST', path: '/captures', status: 503, times: 3 }]);
  const { status, headers, body } = await capture();
  expect({ status, body }).toMatchObject({ status: 202, body: { operation: { pspStatus: 'WAITING' } } });
  const { id } = (body as { operation: { id: string } }).operation;
  await relay.forward(2 * 60_000);
  const read = await ask('GET', headers.get('location') ?? '');
  expect(read.body).toMatchObject({ operations: [{}, { id, pspStatus: 'SUCCESS' }] });
  expect(await capture()).toMatchObject({ status: 201, body: { operation: { id, pspStatus: 'SUCCESS' } } });
  expect(relay.events().filter((event) => JSON.stringify(event).includes(`"id":"${id}"`))).toHaveLength(1);
});

test('customer tokens are listed, read, charged and cancelled as described', async () => {
  const { payment } = await ordered('buy_and_tokenize');
  const { body } = await ask('GET', `/payments/${payment}`);
  const { customer_token_id: token } = (body as { references: { customer_token_id: string } }).references;
  const pay = (by: 'customer' | 'merchant', key: string) =>
    ask('POST', `/customer-tokens/${token}/payments`, { body: charge(by), key });
  expect((await ask('GET', '/customer-tokens?customer=customer-7')).body).toMatchObject({ customer_tokens: [{}] });
  expect((await ask('GET', `/customer-tokens/${token}`)).body).toMatchObject({ payment_method_type: 'CARD' });
  expect((await pay('merchant', 'july')).status).toBe(201);
  relay.emulated.control.answers([{ method: 'POST', path: '/customer-token/v1', status: 503, times: 3 }]);
  expect((await pay('merchant', 'august')).status).toBe(202);
  relay.emulated.control.token(relay.emulated.control.customerTokens().at(-1)?.token_id ?? '', 'fail');
  expect(await pay('customer', 'september')).toMatchObject({ status: 422, body: { redirect_url: expect.any(String) } });
  expect((await ask('DELETE', `/customer-tokens/${token}`)).status).toBe(204);
  expect((await pay('merchant', 'october')).body).toMatchObject({ pspStatus: 'TOKEN_CANCELED' });
});

test('what is wrong is refused as described', async () => {
  const { payment } = await created('authorize');
  const key = 'k';
  const refused = [
    await ask('POST', '/payments', { body: {} }),
    await ask('POST', '/payments', { body: '{' }),
    await ask('POST', '/payments', { body: purchase(), key: 'é' }),
    await ask('POST', '/payments', { body: `{"x":"${'x'.repeat(1024 * 1024)}"}` }),
    await ask('GET', '/payments/nobody'),
    await ask('POST', `/payments/${payment}/captures`, { body: {} }),
    await ask('POST', `/payments/${payment}/captures`, { body: {}, key }),
    await ask('POST', '/payments/nobody/refunds', { body: {}, key }),
    await ask('GET', '/customer-tokens'),
    await ask('GET', '/customer-tokens/nobody'),
    await ask('DELETE', '/customer-tokens/nobody'),
    await ask('POST', '/customer-tokens/nobody/payments', { body: charge('merchant'), key }),
    await ask('GET', `/status/${payment}/guessed`),
  ];
  expect(refused.map(({ status }) => status)).toEqual([
    422, 400, 400, 413, 404, 400, 409, 404, 400, 404, 404, 404, 401,
  ]);
});

test('what Klarna refuses of a session, and its silence, are answered as described', async () => {
  const create = () => ask('POST', '/payments', { body: purchase() });
  relay.emulated.control.answers([
    { method: 'POST', path: '/payments/v1/sessions', status: 400, error_code: 'BAD_VALUE' },
  ]);
  expect(await create()).toMatchObject({
    status: 422,
    body: { pspStatus: 'BAD_VALUE', operation: { kind: 'session' } },
  });
  relay.emulated.control.answers([{ method: 'POST', path: '/payments/v1/sessions', status: 503, times: 3 }]);
  expect((await create()).status).toBe(503);
});

test('callbacks are answered as described', async () => {
  const post = (url: string, body: unknown) => ask('POST', url, { body });
  const url = relay.mint('status_update', relay.named('described'));
  const told = [
    await post(url, { session: { status: 'IN_PROGRESS' } }),
    await post(url, ''),
    await post(url.replace(/[^/]+$/, 'guessed'), {}),
    await post(url.replace('status_update', 'confirmation'), {}),
    await post(url, { x: 'x'.repeat(64 * 1024) }),
  ];
  expect(told.map(({ status }) => status)).toEqual([200, 200, 401, 404, 413]);
});
