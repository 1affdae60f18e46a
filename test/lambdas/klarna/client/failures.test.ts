import { describe, expect, test } from 'vitest';
import type { Klarna } from '../../../../lambdas/klarna/client/client.ts';
import { failureOf, type Reply, scriptedKlarna } from '../../../support/harness/scripted-klarna.ts';

const klarna = scriptedKlarna();
const body = { a: 1 };
const [token, order_id, key] = ['tok-123456', 'order-1', 'key-1'];

type Call = (klarna: Klarna) => Promise<unknown>;
const readOrder: Call = (k) => k.readOrder(order_id);
const readSession: Call = (k) => k.readHostedSession('h');
const capture: Call = (k) => k.capture({ order_id, key, body });
const placeOrder: Call = (k) => k.placeOrder({ token, body });

const failure = (reply: Reply, call: Call) => {
  klarna.reply(reply);
  return failureOf(call(klarna.client()));
};

const html = '<html><body>Not Found</body></html>';
const foreign = [400, 403, 404, 409, 410, 413, 422, 451].flatMap((status): Reply[] => [
  { status, text: html },
  { status, body: { message: 'Forbidden' } },
  { status, body: { error_code: 7 } },
  { status, text: '{"error_code": "NOT_FO' },
  { status },
]);

describe("an answer without Klarna's error code is no refusal, whatever its status", () => {
  test.each(foreign)('%j', async (reply) => {
    for (const call of [readOrder, capture, placeOrder]) {
      expect(await failure(reply, call)).toMatchObject({ kind: 'unavailable' });
      expect(klarna.requests.splice(0)).toHaveLength(1);
    }
  });

  test.each<[name: string, reply: Reply]>([
    ['a redirect, which credentials do not follow', { status: 302, headers: { location: '/elsewhere' } }],
    ['a redirect with an envelope', { status: 307, body: { error_code: 'NOT_FOUND' } }],
    ['expired credentials', { status: 401, body: { error_code: 'UNAUTHORIZED' } }],
    ['the same request being processed under the same key', { status: 409, body: { error_code: 'CONFLICT' } }],
  ])('%s', async (_, reply) => {
    expect(await failure(reply, capture)).toMatchObject({ kind: 'unavailable' });
    expect(klarna.requests).toHaveLength(1);
  });
});

describe('a session that Klarna does not have', () => {
  const reads: Call[] = [readSession, (k) => k.readPaymentSession('s')];

  test("may be refused without a body, as in Klarna's contract, if the answer has Klarna's correlation id", async () => {
    for (const read of reads)
      expect(await failure({ status: 404 }, read)).toMatchObject({
        kind: 'refused',
        status: 404,
        code: 'NOT_FOUND',
        correlationId: 'corr-1',
      });
  });

  test.each<[name: string, reply: Reply]>([
    ['a body without an envelope', { status: 404, text: html }],
    ['another status', { status: 410 }],
    ['no correlation id', { status: 404, headers: { 'klarna-correlation-id': '' } }],
  ])('is not refused by %s', async (_, reply) => {
    for (const read of reads) expect(await failure(reply, read)).toMatchObject({ kind: 'unavailable' });
  });
});

/** Answers of Klarna's other endpoints, and of none. */
const hosted = { session_id: 'h', status: 'COMPLETED', order_id, expires_at: '2026-01-01T00:00:00Z' };
const order = { order_id, status: 'AUTHORIZED', order_amount: 5, captured_amount: 0, purchase_currency: 'EUR' };
const credit = { status: 'incomplete', client_token: 'c', order_amount: 5, purchase_currency: 'EUR', order_lines: [] };
const placed = { order_id, fraud_status: 'ACCEPTED', redirect_url: 'https://k/r' };
const customerToken = { status: 'ACTIVE', payment_method_type: 'INVOICE' };

describe('a success that does not describe what was asked for is no answer', () => {
  test.each<[name: string, call: Call, bodies: unknown[]]>([
    ['readOrder', readOrder, [hosted, credit, placed, customerToken, { ...order, order_id: 'order-2' }]],
    ['readHostedSession', readSession, [order, credit, placed, customerToken, { ...hosted, session_id: 'g' }]],
    ['readPaymentSession', (k) => k.readPaymentSession('s'), [hosted, order, placed, customerToken]],
    ['createPaymentSession', (k) => k.createPaymentSession(body), [hosted, order, credit, placed, customerToken]],
    ['createHostedSession', (k) => k.createHostedSession(body), [hosted, order, credit, placed, customerToken]],
    ['placeOrder', placeOrder, [hosted, order, credit, customerToken]],
    ['chargeCustomerToken', (k) => k.chargeCustomerToken({ token, body, key }), [hosted, order, credit, customerToken]],
    ['createCustomerToken', (k) => k.createCustomerToken({ token, body }), [hosted, order, credit, placed]],
    ['readCustomerToken', (k) => k.readCustomerToken(token), [hosted, order, credit, placed]],
    ['capture', capture, [hosted, order]],
    ['cancelOrder', (k) => k.cancelOrder({ order_id, key }), [hosted, order, credit, placed, customerToken]],
    ['extendDueDate', (k) => k.extendDueDate({ order_id, key, capture_id: 'c', body }), [order]],
    ['cancelCustomerToken', (k) => k.cancelCustomerToken({ token, key }), [customerToken, hosted]],
  ])('%s', async (_, call, bodies) => {
    const replies: Reply[] = [...bodies, {}, [], 'text', null].map((each) => ({ status: 200, body: each }));
    for (const reply of [...replies, { status: 200, text: html }, { status: 200, text: '{"order_id": "ord' }])
      expect(await failure(reply, call), JSON.stringify(reply)).toMatchObject({ kind: 'unavailable', status: 200 });
    expect(klarna.calls.every(({ outcome }) => outcome === 'unavailable')).toBe(true);
  });

  test('a capture is not named by the location of something else', async () => {
    expect(await failure({ status: 201, headers: { location: 'https://k/login' } }, capture)).toMatchObject({
      kind: 'unavailable',
    });
  });

  test('an order may leave out its id, a session of Klarna Payments its status', async () => {
    const { order_id: _, ...nameless } = order;
    klarna.reply({ status: 200, body: nameless });
    expect(await klarna.client().readOrder(order_id)).toMatchObject({ order_amount: 5 });
    const { status: __, ...silent } = credit;
    klarna.reply({ status: 200, body: silent });
    expect(await klarna.client().readPaymentSession('s')).toMatchObject({ correlation_id: 'corr-1' });
  });
});
