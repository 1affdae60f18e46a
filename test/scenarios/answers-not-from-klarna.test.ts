import { describe, expect, test } from 'vitest';
import { minutes } from '../../lambdas/payment/clocks.ts';
import { record } from '../../lambdas/payment/record.ts';
import { readHint } from '../support/builders/reports.ts';
import { startFlows } from '../support/harness/flows.ts';

const flows = await startFlows('foreign-answer');

/** Expired credentials, a proxy, a login page, the wrong region: none of these answers is Klarna's word on a payment. */
const foreignAnswers = [
  { status: 401 },
  { status: 403, body: {} },
  { status: 302, body: {} },
  { status: 404 },
  { status: 400 },
  { status: 404, body: { message: 'Not Found' } },
  { status: 410, body: {} },
  { status: 200, body: { token_id: 'of another request' } },
];
const withoutCode = foreignAnswers.filter(({ status, body }) => status === 401 || body !== undefined);

describe('an answer that does not describe a session', () => {
  test.each(foreignAnswers)('leaves the payment open: %j', async (answer) => {
    const id = flows.newPayment();
    await flows.create(id, 'authorize');
    flows.forward(3 * minutes);
    flows.klarna.control.answers([{ ...answer, path: '/sessions/', times: 2 }]);
    expect((await flows.run(id)).failures[0]?.kind).toBe('read session');
    flows.shopper(id);
    await flows.pass(id, 20 * minutes);
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
  });
});

describe('an answer that does not describe a placed order', () => {
  test.each(withoutCode)('leaves the authorization as it was, and the order is placed later: %j', async (answer) => {
    const id = flows.newPayment();
    await flows.create(id, 'buy_and_tokenize');
    flows.shopper(id);
    flows.klarna.control.answers([{ ...answer, method: 'POST', path: '/order', times: 2 }]);
    flows.forward(3 * minutes);
    expect((await flows.run(id)).failures[0]?.kind).toBe('place order');
    expect(flows.payment(id)).toMatchObject({ stage: 'authorized' });
    await flows.pass(id, 20 * minutes);
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
    expect(flows.orders(id)).toHaveLength(1);
  });
});

describe('an answer that does not describe a capture', () => {
  test.each(withoutCode)('leaves the capture open until Klarna gives its result: %j', async (answer) => {
    const id = await flows.ordered('authorize');
    flows.klarna.control.answers([{ path: '/captures', ...answer, applies: true, times: 1 }]);
    const capture = { kind: 'capture', key: 'k', request: { amount: 400 } } as const;
    expect(await flows.operate(id, capture)).toMatchObject({ outcome: 'under_way' });
    await flows.pass(id, 4 * minutes);
    expect(flows.payment(id).operations.at(-1)).toMatchObject({ kind: 'capture', result: { state: 'SUCCESS' } });
    expect(flows.payment(id)).toMatchObject({ order: { captured_amount: 400 } });
  });
});

test('an order that cannot be compared with its payment is not captured', async () => {
  const id = await flows.ordered('authorize');
  flows.klarna.control.answers([{ path: '/ordermanagement/', status: 403, error_code: 'PERMISSION_DENIED' }]);
  const capture = { kind: 'capture', key: 'k', request: { amount: 400 } } as const;
  await expect(flows.operate(id, capture)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  expect(flows.orders(id)[0]?.captures).toEqual([]);
  expect(await flows.operate(id, capture)).toMatchObject({ operation: { result: { state: 'SUCCESS' } } });
});

test('Klarna may forget a session that has ended before its expiry', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'authorize');
  flows.shopper(id, 'cancel');
  await flows.pass(id, 4 * minutes);
  const observedAt = flows.ports.now().toISOString();
  await record(flows.ports.store, id, { ...readHint('session', 0), at: observedAt, observedAt });
  flows.klarna.control.answers([{ path: '/hpp/', status: 404 }]);
  expect(await flows.run(id)).not.toHaveProperty('failed');
  expect(flows.payment(id)).toMatchObject({ stage: 'cancelled', session: { word: 'CANCELLED' } });
});
