import { describe, expect, test } from 'vitest';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';

import { hours, minutes, onTheRoad } from '../support/flow-walk.ts';

const { house, road, fresh } = await onTheRoad('day');

async function ordered(): Promise<PaymentId> {
  const id = fresh();
  await road.create(id, 'buy_and_tokenize');
  road.shopper(id);
  await road.pass(id, 6 * minutes);
  return id;
}

/** Klarna does what is asked, once, and none of its answers arrive until its key is forgotten. */
async function unheard(id: PaymentId, path: string, act: () => Promise<unknown>): Promise<void> {
  house.klarna.control.answers([
    { path, status: 503, applies: true },
    { path, status: 503, times: 2 },
  ]);
  await act();
  house.forward(25 * hours);
  await road.pass(id, 4 * minutes);
}

const last = (id: PaymentId) => road.item(id).operations.at(-1);

describe('an operation whose answer is not heard while Klarna remembers its key', () => {
  test('is found in the order, though another capture of the same amount has the same reference', async () => {
    const id = await ordered();
    const request = { amount: 400, reference: 'order 1001' };
    await road.operate(id, { kind: 'capture', key: 'first', request });
    await unheard(id, '/captures', () => road.operate(id, { kind: 'capture', key: 'second', request }));
    const [one, two] = road.orders(id)[0]?.captures ?? [];
    expect(road.orders(id)[0]?.captures).toHaveLength(2);
    expect(last(id)).toMatchObject({ capture_id: two?.capture_id, result: { state: 'SUCCESS' } });
    expect(one?.capture_id).not.toBe(two?.capture_id);
  });

  test('is asked again when it is not found, though other captures share its reference', async () => {
    const id = await ordered();
    const captured = (key: string, amount: number) =>
      road.operate(id, { kind: 'capture', key, request: { amount, reference: 'order 1001' } });
    await captured('first', 400);
    await captured('second', 300);
    house.klarna.control.answers([{ path: '/captures', status: 503, times: 3 }]);
    await captured('third', 400);
    house.forward(25 * hours);
    await road.pass(id, 4 * minutes);
    expect(road.orders(id)[0]).toMatchObject({ captured_amount: 1100 });
    expect(last(id)).toMatchObject({ amount: 400, result: { state: 'SUCCESS' } });
  });

  test('is found among the refunds as well', async () => {
    const id = await ordered();
    await road.operate(id, { kind: 'capture', key: 'k', request: {} });
    const request = { amount: 400, reference: 'back' };
    await road.operate(id, { kind: 'refund', key: 'first', request });
    await unheard(id, '/refunds', () => road.operate(id, { kind: 'refund', key: 'second', request }));
    expect(road.orders(id)[0]).toMatchObject({ refunded_amount: 800 });
    expect(last(id)).toMatchObject({ result: { state: 'SUCCESS' } });
  });

  test('of a release is seen at the order that has nothing left', async () => {
    const id = await ordered();
    await road.operate(id, { kind: 'capture', key: 'k', request: { amount: 400 } });
    await unheard(id, '/release', () => road.operate(id, { kind: 'release', key: 'k', request: {} }));
    expect(last(id)).toMatchObject({ kind: 'release', result: { state: 'SUCCESS' } });
    expect(road.item(id).stage).toBe('captured');
  });

  test("of a due date shows nowhere, and is not asked again: the shopper's date moves once", async () => {
    const id = await ordered();
    await road.operate(id, { kind: 'capture', key: 'k', request: { amount: 400 } });
    const request = { capture_id: road.orders(id)[0]?.captures[0]?.capture_id, number_of_days: 10 };
    await unheard(id, '/extend-due-date', () => road.operate(id, { kind: 'extension', key: 'k', request }));
    expect(road.orders(id)[0]?.captures[0]).toMatchObject({ due_in_days: 40 });
    expect(last(id)).toMatchObject({ kind: 'extension', result: { pspStatus: 'UNKNOWN_RESPONSE', state: 'ERROR' } });
  });
});

describe('a charge whose answer is not heard while Klarna remembers its key', () => {
  test('is never asked again, by nobody, and somebody is told', async () => {
    const [buyer, id] = [await ordered(), fresh()];
    const asked = { payment: id, buyer };
    await unheard(id, '/customer-token/', () => road.charge(asked));
    expect(await road.charge(asked)).toMatchObject({
      outcome: 'finished',
      operation: { result: { pspStatus: 'UNKNOWN_RESPONSE' } },
    });
    await road.pass(id, 2 * hours);
    expect(road.orders(id)).toHaveLength(1);
    expect(road.item(id).conflicts).toMatchObject([{ doubt: 'order_id' }]);
    expect([...house.requests.keys()].filter((name) => name.startsWith(id))).toEqual([]);
  });

  test('is learned when a push has named its order', async () => {
    const [buyer, id] = [await ordered(), fresh()];
    house.klarna.control.answers([
      { path: '/customer-token/', status: 503, applies: true },
      { path: '/customer-token/', status: 503, times: 2 },
    ]);
    await road.charge({ payment: id, buyer });
    const order_id = road.orders(id)[0]?.order_id ?? expect.fail();
    const at = house.ports.now().toISOString();
    house.payments.set(id, { ...road.item(id), hintedOrder: { order_id, observedAt: at } });
    house.forward(25 * hours);
    await road.pass(id, 4 * minutes);
    expect(road.orders(id)).toHaveLength(1);
    expect(road.item(id)).toMatchObject({ stage: 'ordered', facts: { order_id }, conflicts: [] });
    expect(last(id)).toMatchObject({ kind: 'charge', result: { state: 'SUCCESS' } });
  });
});
