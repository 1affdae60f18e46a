import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { charge } from '../../lambdas/flows/charge.ts';
import { createPayment } from '../../lambdas/flows/create-payment.ts';
import { operate } from '../../lambdas/flows/operate.ts';
import { runTasks } from '../../lambdas/flows/tasks/run-tasks.ts';
import { readCharge, readSession } from '../../lambdas/merchant/requests.ts';
import type { Operation } from '../../lambdas/payment/operation.ts';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';

import { type FlowHouse, startFlowHouse } from '../support/flow-dependencies.ts';
import * as shop from '../support/purchase.ts';
import { named } from '../support/reports.ts';

let house: FlowHouse;
beforeAll(async () => {
  house = await startFlowHouse();
});
afterAll(() => house.klarna.stop());

const minutes = 60_000;
let count = 0;
const fresh = () => named(`kept-${++count}`);

/** The purchase of 10,000, or the same with another lamp. */
const session = (flow: string, lamp = 'Lamp') => {
  const text = JSON.stringify(shop.purchase({ flow })).replace('Lamp', lamp);
  const read = readSession(JSON.parse(text));
  return 'session' in read ? read.session : expect.fail();
};
const create = (payment: PaymentId, flow: 'authorize' | 'buy_and_tokenize', lamp?: string) =>
  createPayment(house.ports, { payment, session: session(flow, lamp), flow, fingerprint: lamp ?? 'Lamp' });

const approve = (id: PaymentId) =>
  house.klarna.control.shopper(house.payments.get(id)?.redirect_url?.split('/').at(-1) ?? '', 'approve');

const later = async (id: PaymentId, ms = 3 * minutes) => {
  house.forward(ms);
  await runTasks(house.ports, id);
};

const tokenOf = async () => {
  const buyer = fresh();
  await create(buyer, 'buy_and_tokenize');
  approve(buyer);
  await later(buyer);
  return [...house.tokens.values()].find(({ payment }) => payment === buyer) ?? expect.fail();
};

const charged = (amount: number) => {
  const item_lines = [{ name: 'Month', price: amount, quantity: 1, amount }];
  const order = { amount, currency_code: 'EUR' };
  const read = readCharge({ initiator: 'merchant', order, shipments: [{ item_lines }] }, 'DE');
  return 'charge' in read ? read.charge : expect.fail();
};

const ordersOf = (id: string) =>
  house.klarna.control.orders().filter(({ purchase }) => purchase.merchant_reference2 === id);
const keptOf = (id: string) => [...house.requests.keys()].filter((name) => name.startsWith(`${id}/`));

test('another charge under the same key does not take the place of the one that is under way', async () => {
  const [token, payment] = [await tokenOf(), fresh()];
  const ask = (amount: number) =>
    charge(house.ports, { payment, token, request: charged(amount), fingerprint: `${amount}` });
  house.klarna.control.answers([{ method: 'POST', path: '/customer-token/v1', status: 503, times: 3 }]);
  expect((await ask(100)).outcome).toBe('under_way');
  expect((await ask(20_000)).outcome).toBe('different');
  await later(payment);
  expect(ordersOf(payment).map(({ order_amount }) => order_amount)).toEqual([100]);
});

test('two charges that race under one key: the one that was noted is the one that is asked', async () => {
  const [token, payment] = [await tokenOf(), fresh()];
  const ask = (amount: number) =>
    charge(house.ports, { payment, token, request: charged(amount), fingerprint: `${amount}` });
  house.klarna.control.answers([{ method: 'POST', path: '/customer-token/v1', status: 503, times: 6 }]);
  await Promise.all([ask(100), ask(20_000)]);
  const noted = house.payments.get(payment)?.operations[0];
  house.klarna.control.answers([]);
  await later(payment);
  await later(payment);
  expect(ordersOf(payment).map(({ order_amount }) => order_amount)).toEqual([noted?.amount]);
  expect(keptOf(payment)).toEqual([]);
});

test('two captures that race under one key send the lines of the one that was noted', async () => {
  const id = fresh();
  await create(id, 'authorize');
  approve(id);
  await later(id);
  const ask = (reference: string) =>
    operate(house.ports, {
      payment: id,
      kind: 'capture',
      key: 'one key',
      request: { amount: 400, reference },
      fingerprint: reference,
    });
  house.klarna.control.answers([{ method: 'POST', path: '/captures', status: 503, times: 6 }]);
  await Promise.all([ask('first'), ask('second')]);
  const noted = house.payments.get(id)?.operations.find(({ kind }: Operation) => kind === 'capture');
  house.klarna.control.answers([]);
  await later(id);
  await later(id);
  expect(ordersOf(id)[0]?.captures.map(({ reference }) => reference)).toEqual([noted?.reference]);
  expect(keptOf(id)).toEqual([]);
});

test('another purchase under the same key does not change what is ordered', async () => {
  const id = fresh();
  await create(id, 'buy_and_tokenize');
  expect((await create(id, 'buy_and_tokenize', 'Torch')).outcome).toBe('different');
  approve(id);
  await later(id);
  expect(house.payments.get(id)?.stage).toBe('ordered');
  expect(JSON.stringify(ordersOf(id)[0]?.purchase)).not.toContain('Torch');
});

test('a repeat after the end keeps nothing of the shopper again', async () => {
  const [id, token, payment] = [fresh(), await tokenOf(), fresh()];
  await create(id, 'buy_and_tokenize');
  approve(id);
  await later(id);
  expect((await create(id, 'buy_and_tokenize')).outcome).toBe('created');
  const pay = () => charge(house.ports, { payment, token, request: charged(100), fingerprint: 'f' });
  expect([(await pay()).outcome, (await pay()).outcome]).toEqual(['finished', 'finished']);
  expect([keptOf(id), keptOf(payment)]).toEqual([[], []]);
});

describe('a repeat that noted its request after the first had been answered keeps nothing of the shopper', () => {
  /** Asks twice; the second is overtaken by the first just before it keeps its request. */
  const overtaken = (first: (ports: typeof house.ports) => Promise<unknown>) => ({
    ...house.ports,
    keepRequest: async (kept: Parameters<typeof house.ports.keepRequest>[0]) => {
      await first(house.ports);
      return house.ports.keepRequest(kept);
    },
  });

  test('of a capture', async () => {
    const payment = fresh();
    await create(payment, 'authorize');
    approve(payment);
    await later(payment);
    const capture = (ports: typeof house.ports) =>
      operate(ports, { payment, kind: 'capture', key: 'k', request: { amount: 400 }, fingerprint: 'f' });
    expect((await capture(overtaken(capture))).outcome).toBe('finished');
    expect([keptOf(payment), ordersOf(payment)[0]?.captures.length]).toEqual([[], 1]);
  });

  test('of a charge', async () => {
    const [token, payment] = [await tokenOf(), fresh()];
    const pay = (ports: typeof house.ports) =>
      charge(ports, { payment, token, request: charged(100), fingerprint: 'f' });
    expect((await pay(overtaken(pay))).outcome).toBe('finished');
    expect([keptOf(payment), ordersOf(payment).length]).toEqual([[], 1]);
  });
});

test('a rejection by risk leaves nothing of the shopper behind', async () => {
  const id = fresh();
  await create(id, 'buy_and_tokenize');
  house.klarna.control.shopper(house.payments.get(id)?.redirect_url?.split('/').at(-1) ?? '', 'approve_rejected');
  await later(id);
  expect([house.payments.get(id)?.stage, keptOf(id)]).toEqual(['rejected', []]);
});

test('an order whose answer was lost is asked for with the same URLs, though the callback key was rotated meanwhile', async () => {
  const id = fresh();
  await create(id, 'buy_and_tokenize');
  approve(id);
  house.klarna.control.answers([{ method: 'POST', path: '/order', applies: true, status: 503, times: 3 }]);
  await later(id);
  expect(house.payments.get(id)?.facts.order_id).toBeUndefined();
  const { urls } = house.ports;
  const rotated = (url: string) => url.replace('http://127.0.0.1:9', 'http://127.0.0.1:9/another-key');
  house.ports.urls = (payment) => {
    const { status_update, authorization, notification, push } = urls(payment);
    return { status_update, authorization, notification: rotated(notification), push: rotated(push) };
  };
  await later(id);
  house.ports.urls = urls;
  expect([house.payments.get(id)?.stage, house.payments.get(id)?.conflicts]).toEqual(['ordered', []]);
});
