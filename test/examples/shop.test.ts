import { createServer } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { relayClient } from '../../examples/merchant-backend/relay-client.ts';
import { ordersTable } from '../../examples/subscriber/orders-table.ts';
import { newShopOrder, type ShopOrder } from '../../examples/subscriber/shop-order.ts';
import { type ShopOrders, subscriber } from '../../examples/subscriber/subscriber.ts';
import { createTable, startDynalite } from '../../local/cloud/dynamodb/engine.ts';
import { close, listen } from '../../local/gateway/listen.ts';
import { deliverMessages } from './queue.ts';
import { type RunningShop, startShop } from './running-shop.ts';
import { expectedAuthorization } from './signature.ts';

const caller = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret', region: 'eu-central-1' };

let shop: RunningShop;
beforeAll(async () => {
  shop = await startShop(caller);
});
afterAll(() => shop.stop());

const post = (path: string, body: object = {}) =>
  fetch(shop.url + path, { method: 'POST', body: JSON.stringify(body), redirect: 'manual' });
const json = async (response: Response | Promise<Response>) =>
  (await (await response).json()) as Record<string, Record<string, unknown>>;

describe("the merchant's backend", () => {
  test('the button leads to the same page of Klarna, however often it is pressed', async () => {
    const answers = [await post('/checkout'), await post('/checkout')];
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const [first, second] = answers.map(({ headers }) => headers.get('location'));
    expect(first?.startsWith(shop.relay.klarnaUrl)).toBe(true);
    expect(second).toBe(first);
  });

  test('the return page waits until the payment is decided', async () => {
    await shop.shopper('arrive');
    const page = json(fetch(`${shop.url}/return`));
    await shop.shopper('decline');
    await shop.shopper('approve');
    expect(await page).toMatchObject({ status: 'paid', message: 'Thank you for your order.' });
  });

  test('a parcel is captured once, however often the warehouse reports it', async () => {
    const answers = [await post('/parcels/p-1', { amount: 6000 }), await post('/parcels/p-1', { amount: 6000 })];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const [first, second] = await Promise.all(answers.map(json));
    expect(first?.operation).toMatchObject({ kind: 'capture', amount: 6000, state: 'SUCCESS' });
    expect(second?.operation?.id).toBe(first?.operation?.id);
  });

  test('returned goods are refunded', async () => {
    expect(await json(post('/returns/r-1', { amount: 3000 }))).toMatchObject({
      operation: { kind: 'refund', amount: 3000, state: 'SUCCESS' },
    });
  });

  test('a refusal reaches the warehouse with its reason', async () => {
    const refused = await post('/parcels/p-2', { amount: 9000 });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      problems: [{ field: 'amount', reason: 'Klarna says that 1500 is left' }],
    });
  });

  test('a request that the relay could not serve is sent again under the same key', async () => {
    const keys: unknown[] = [];
    const server = createServer(({ headers }, response) => {
      keys.push(headers['idempotency-key']);
      response.writeHead(keys.length === 1 ? 503 : 201).end('{}');
    });
    const { region, ...credentials } = caller;
    const send = relayClient(await listen(server), { credentials, region });
    expect(await send({ path: '/payments', body: {}, idempotencyKey: 'order-1' })).toEqual({ status: 201, body: {} });
    expect(keys).toEqual(['order-1', 'order-1']);
    await close(server);
  });

  test('every request to the relay has the signature that AWS expects', () => {
    expect(shop.requests.length).toBe(6);
    for (const request of shop.requests)
      expect(request.headers.authorization).toBe(expectedAuthorization(request, caller));
  });
});

describe('the subscriber', () => {
  let bodies: string[];
  let expected: ShopOrder;

  beforeAll(async () => {
    await shop.relay.forward(26 * 24 * 3600 * 1000); // a part of the order is not captured: a warning
    bodies = shop.relay.events().map((event) => JSON.stringify(event));
    expected = await afterDelivery(bodies);
  });

  /** The order after these messages have gone through the queue. */
  const afterDelivery = async (messages: string[], batchSize = 10): Promise<ShopOrder> => {
    const orders = inMemory();
    await deliverMessages(messages, { to: subscriber(orders), batchSize });
    return orders.read(String(shop.order.payment?.id));
  };

  test('knows after all events what may be shipped, what to book and whom to warn', () => {
    expect(new Set(shop.relay.events().map((event) => event['detail-type'])).size).toBe(4);
    expect(expected).toEqual({
      payment: shop.order.payment?.id,
      last: { incarnation: expect.any(String), sequence: bodies.length },
      mayShip: true,
      klarnaStatus: expect.any(String),
      bookings: [
        { id: expect.any(String), kind: 'capture', amount: 6000, currency: 'EUR' },
        { id: expect.any(String), kind: 'refund', amount: 3000, currency: 'EUR' },
      ],
      warnings: [{ reason: 'capture_deadline', deadline: expect.any(String) }],
    });
  });

  test('ends in the same order whatever the order of the events and however often each comes', async () => {
    const twice = [...bodies, ...bodies];
    const shuffled = fc.shuffledSubarray(twice, { minLength: twice.length });
    const property = fc.asyncProperty(shuffled, fc.integer({ min: 1, max: 10 }), async (messages, batchSize) => {
      expect(await afterDelivery(messages, batchSize)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  /** What a consumer leaves in the queue of these messages. */
  const leftBy = async (orders: ShopOrders, messages: string[]) => {
    const Records = messages.map((body, n) => ({ messageId: String(n), body }));
    return (await subscriber(orders)({ Records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };

  test('keeps all events behind a missing one, and handles them when the dead letters come back', async () => {
    const orders = inMemory();
    const [first = '', missing = '', ...later] = bodies;
    expect(await leftBy(orders, [first, ...later])).toEqual(later.map((_, n) => String(n + 1)));
    await deliverMessages([...later.toReversed(), missing], { to: subscriber(orders), batchSize: 3 });
    expect(await orders.read(expected.payment)).toEqual(expected);
  });

  test('that joins late handles nothing of a payment under way before a replay says where to start', async () => {
    const orders = inMemory();
    const live = bodies.slice(-2);
    expect(await leftBy(orders, live)).toEqual(['0', '1']);
    const from = bodies.length - 2;
    const replayed = bodies.slice(from - 1).map((body) => {
      const { detail, ...event } = JSON.parse(body);
      return JSON.stringify({ ...event, detail: { ...detail, replayed: true, replayedFrom: from } });
    });
    await deliverMessages([...live, ...replayed.toReversed()], { to: subscriber(orders), batchSize: 2 });
    expect((await orders.read(expected.payment)).last).toEqual(expected.last);
  });

  test('books an operation once, also if a restored relay publishes its result under another id', async () => {
    const [booked = ''] = bodies.filter((body) => JSON.parse(body).detail.operation?.kind === 'capture');
    const { detail, ...event } = JSON.parse(booked);
    const sequence = bodies.length + 1;
    const again = { ...detail, incarnation: 'z', sequence, firstSequence: sequence };
    const orders = inMemory();
    await deliverMessages([...bodies, JSON.stringify({ ...event, detail: again })], {
      to: subscriber(orders),
      batchSize: 10,
    });
    const { bookings, last } = await orders.read(expected.payment);
    expect(last).toEqual({ incarnation: 'z', sequence });
    expect(new Set(bookings)).toEqual(new Set(expected.bookings));
    expect(bookings).toHaveLength(expected.bookings.length);
  });

  test('returns an event that it cannot read to the queue, and handles the others', async () => {
    const errors = vi.spyOn(console, 'error').mockReturnValue();
    const orders = inMemory();
    const Records = ['{}', ...bodies].map((body, index) => ({ messageId: `m-${index}`, body }));
    expect(await subscriber(orders)({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-0' }] });
    expect(await orders.read(expected.payment)).toEqual(expected);
    errors.mockRestore();
  });

  test('applies each event once to the table, with two consumers at the same time', async () => {
    const errors = vi.spyOn(console, 'error').mockReturnValue();
    const engine = await startDynalite();
    await createTable(engine.endpoint, { name: 'orders', arn: '', definition: keyedBy('payment') });
    const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'local', credentials: caller });
    const orders = ordersTable(DynamoDBDocumentClient.from(client), 'orders');
    await Promise.all(
      [bodies, bodies.toReversed()].map((messages) =>
        deliverMessages(messages, { to: subscriber(orders), batchSize: 2 }),
      ),
    );
    expect(await orders.read(expected.payment)).toEqual(expected);
    client.destroy();
    await engine.stop();
    errors.mockRestore();
  });
});

const keyedBy = (name: string) => ({
  KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: name, AttributeType: 'S' }],
});

const inMemory = (): ShopOrders => {
  const orders = new Map<string, ShopOrder>();
  return {
    read: async (payment) => orders.get(payment) ?? newShopOrder(payment),
    save: async (saved) => void orders.set(saved.payment, saved),
  };
};
