import { afterAll, beforeAll, expect, test } from 'vitest';
import { chargeRequestBody, sessionRequestBody } from '../support/builders/merchant-bodies.ts';
import { apiFlaws, type ReceivedAnswer } from '../support/checks/described-api.ts';
import { type Journey, startJourney } from '../support/harness/journey.ts';

let relay: Journey;
beforeAll(async () => {
  relay = await startJourney();
});
afterAll(() => relay.stop());

const flaw = apiFlaws();

/** Sends a request and compares the answer with the description. */
async function send(
  method: string,
  path: string,
  request: { body?: unknown; key?: string } = {},
): Promise<ReceivedAnswer> {
  const { body, key } = request;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(new URL(path, relay.url), {
    method,
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    ...(text && { body: text }),
  });
  const answerText = await response.text();
  const { status, headers } = response;
  const { pathname, search } = new URL(path, relay.url);
  const answer = {
    method,
    path: pathname + search,
    status,
    headers,
    body: answerText ? JSON.parse(answerText) : undefined,
  };
  expect(flaw(answer), answerText).toBeUndefined();
  return answer;
}

const member = ({ body }: ReceivedAnswer, name: string) => String((body as Record<string, unknown>)[name]);

async function createPayment(flow: string) {
  const answer = await send('POST', '/payments', { body: sessionRequestBody({ flow }) });
  return {
    payment: member(answer, 'payment'),
    hpp: member(answer, 'redirect_url').split('/').at(-1) ?? '',
    status_url: member(answer, 'status_url'),
    location: answer.headers.get('location') ?? '',
  };
}

async function createOrder(flow = 'authorize') {
  const payment = await createPayment(flow);
  await relay.shopper(payment.hpp, 'approve');
  return payment;
}

test('a payment is created, read and shown to its shopper as described, before and after it is paid', async () => {
  const { hpp, location, status_url } = await createPayment('authorize');
  expect((await send('GET', location)).status).toBe(200);
  expect((await send('GET', status_url)).body).toMatchObject({ status: 'open' });
  await relay.shopper(hpp, 'decline', 'approve');
  expect((await send('GET', location)).body).toMatchObject({ stage: 'ordered' });
  const { body, headers } = await send('GET', status_url);
  expect(body).toEqual({ status: 'paid', stage: 'ordered', session: 'COMPLETED', decided: true });
  expect(headers.get('cache-control')).toBe('public, max-age=2');
});

test('a status URL shows nothing that names the shopper, the merchant or Klarna, and opens no other payment', async () => {
  const [{ status_url }, other] = [await createOrder(), await createPayment('authorize')];
  const { body } = await send('GET', status_url);
  expect(Object.keys(body as object).toSorted()).toEqual(['decided', 'session', 'stage', 'status']);
  const secret = status_url.split('/').at(-1);
  expect((await send('GET', `/status/${other.payment}/${secret}`)).status).toBe(401);
  expect((await fetch(status_url, { method: 'POST' })).status).toBe(404);
});

test('every operation is answered as described', async () => {
  const { payment } = await createOrder();
  const operate = (name: string, body: object, key = JSON.stringify(body)) =>
    send('POST', `/payments/${payment}/${name}`, { body, key });
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
  expect((await send('GET', `/payments/${payment}`)).body).toMatchObject({ stage: 'part_refunded' });
});

test('an operation under way says where its result will be, and the result is there', async () => {
  const { payment } = await createOrder();
  const capture = () => send('POST', `/payments/${payment}/captures`, { body: { amount: 5 }, key: 'slow' });
  relay.emulated.control.answers([{ method: 'POST', path: '/captures', status: 503, times: 3 }]);
  const { status, headers, body } = await capture();
  expect({ status, body }).toMatchObject({ status: 202, body: { operation: { psp_status: 'WAITING' } } });
  const { id } = (body as { operation: { id: string } }).operation;
  await relay.forward(2 * 60_000);
  const read = await send('GET', headers.get('location') ?? '');
  expect(read.body).toMatchObject({ operations: [{}, { id, psp_status: 'SUCCESS' }] });
  expect(await capture()).toMatchObject({ status: 201, body: { operation: { id, psp_status: 'SUCCESS' } } });
  expect(relay.events().filter((event) => JSON.stringify(event).includes(`"id":"${id}"`))).toHaveLength(1);
});

test('customer tokens are listed, read, charged and cancelled as described', async () => {
  const { payment } = await createOrder('buy_and_tokenize');
  const { body } = await send('GET', `/payments/${payment}`);
  const { customer_token_id: token } = (body as { references: { customer_token_id: string } }).references;
  const pay = (by: 'customer' | 'merchant', key: string) =>
    send('POST', `/customer-tokens/${token}/payments`, { body: chargeRequestBody(by), key });
  expect((await send('GET', '/customer-tokens?customer=customer-7')).body).toMatchObject({ customer_tokens: [{}] });
  expect((await send('GET', `/customer-tokens/${token}`)).body).toMatchObject({ payment_method_type: 'CARD' });
  expect((await pay('merchant', 'july')).status).toBe(201);
  relay.emulated.control.answers([{ method: 'POST', path: '/customer-token/v1', status: 503, times: 3 }]);
  expect((await pay('merchant', 'august')).status).toBe(202);
  relay.emulated.control.token(relay.emulated.control.customerTokens().at(-1)?.token_id ?? '', 'fail');
  expect(await pay('customer', 'september')).toMatchObject({ status: 422, body: { redirect_url: expect.any(String) } });
  expect((await send('DELETE', `/customer-tokens/${token}`)).status).toBe(204);
  expect((await pay('merchant', 'october')).body).toMatchObject({ psp_status: 'TOKEN_CANCELED' });
});

test('wrong requests are refused as described', async () => {
  const { payment } = await createPayment('authorize');
  const key = 'k';
  const refused = [
    await send('POST', '/payments', { body: {} }),
    await send('POST', '/payments', { body: '{' }),
    await send('POST', '/payments', { body: sessionRequestBody(), key: 'é'.repeat(256) }),
    await send('POST', '/payments', { body: `{"x":"${'x'.repeat(1024 * 1024)}"}` }),
    await send('GET', '/payments/nobody'),
    await send('POST', `/payments/${payment}/captures`, { body: {} }),
    await send('POST', `/payments/${payment}/captures`, { body: {}, key }),
    await send('POST', '/payments/nobody/refunds', { body: {}, key }),
    await send('GET', '/customer-tokens'),
    await send('GET', '/customer-tokens/nobody'),
    await send('DELETE', '/customer-tokens/nobody'),
    await send('POST', '/customer-tokens/nobody/payments', { body: chargeRequestBody('merchant'), key }),
    await send('GET', `/status/${payment}/guessed`),
  ];
  expect(refused.map(({ status }) => status)).toEqual([
    422, 400, 400, 413, 404, 400, 409, 404, 400, 404, 404, 404, 401,
  ]);
});

test('a session that Klarna refuses, and its silence, are answered as described', async () => {
  const create = () => send('POST', '/payments', { body: sessionRequestBody() });
  relay.emulated.control.answers([
    { method: 'POST', path: '/payments/v1/sessions', status: 400, error_code: 'BAD_VALUE' },
  ]);
  expect(await create()).toMatchObject({
    status: 422,
    body: { psp_status: 'BAD_VALUE', operation: { kind: 'session' } },
  });
  relay.emulated.control.answers([{ method: 'POST', path: '/payments/v1/sessions', status: 503, times: 3 }]);
  expect((await create()).status).toBe(503);
});

test('callbacks are answered as described', async () => {
  const post = (url: string, body: unknown) => send('POST', url, { body });
  const url = relay.mint('status_update', relay.newPayment('described'));
  const answers = [
    await post(url, { session: { status: 'IN_PROGRESS' } }),
    await post(url, ''),
    await post(url.replace(/[^/]+$/, 'guessed'), {}),
    await post(url.replace('status_update', 'confirmation'), {}),
    await post(url, { x: 'x'.repeat(64 * 1024) }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 404, 413]);
});
