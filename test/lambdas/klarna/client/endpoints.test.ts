import { expect, test } from 'vitest';
import type { Klarna } from '../../../../lambdas/klarna/client/client.ts';
import { failureOf, type Reply, scriptedKlarna } from '../../../support/harness/scripted-klarna.ts';

const klarna = scriptedKlarna();
const body = { a: 1 };
const [token, order_id, key] = ['tok-123456', 'order-1', 'key-1'];

test.each<[name: string, call: (klarna: Klarna) => Promise<unknown>, sent: string, reply: Reply, returned?: object]>([
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
  ['disableHostedSession', (k) => k.disableHostedSession('h'), 'DELETE /hpp/v1/sessions/h', { status: 204 }, undefined],
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
    { status: 200, body: { status: 'ACTIVE', payment_method_type: 'CARD', card: { masked_number: '1' } } },
    { status: 'ACTIVE', payment_method_type: 'CARD' },
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
    { status: 200, body: { order_id: 'a/b', status: 'TOMORROW', order_amount: 7, captures: 'none', customer: {} } },
    { order_id: 'a/b', status: 'TOMORROW', order_amount: 7, captures: [], refunds: [] },
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
])('%s', async (_, call, sent, reply, returned) => {
  klarna.reply(reply);
  const answer = await call(klarna.client());
  const [request] = klarna.requests;
  const idempotencyKey = request?.headers['klarna-idempotency-key'];
  expect([request?.method, request?.url, idempotencyKey].filter(Boolean).join(' ')).toBe(sent);
  expect(request?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from('PK_1:pass:word').toString('base64')}`,
    'user-agent': 'klarna-relay/7 (test)',
  });
  if (returned) expect(JSON.parse(JSON.stringify(answer))).toEqual({ ...returned, correlation_id: 'corr-1' });
  else expect(answer).toBeUndefined();
  expect(klarna.calls).toMatchObject([{ outcome: 'ok', attempts: 1, correlation_id: 'corr-1' }]);
});

test.each<[name: string, reply: Reply, call: (klarna: Klarna) => Promise<unknown>]>([
  ['a success without the id of what it made', { status: 200, body: {} }, (k) => k.placeOrder({ token, body })],
  ['a capture without an id', { status: 201 }, (k) => k.capture({ order_id, key, body })],
])('%s counts as no answer', async (_, reply, call) => {
  klarna.reply(reply);
  expect(await failureOf(call(klarna.client()))).toMatchObject({ kind: 'unavailable' });
});
