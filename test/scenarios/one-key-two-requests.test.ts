import { describe, expect, test } from 'vitest';
import { minutes, onTheRoad } from '../support/flow-walk.ts';

const { house, road, fresh } = await onTheRoad('wish');
const kept = (id: string) => [...house.requests.keys()].filter((name) => name.startsWith(`${id}/`));

const other = (amount: number) => ({
  order: { redirection: 'https://shop.example/return', amount, currency_code: 'EUR' },
  shipments: [{ item_lines: [{ name: 'Sofa', price: amount, quantity: 1, amount }] }],
});

describe('another request under a key that is in use', () => {
  test('does not change what the order is placed with', async () => {
    const id = fresh();
    await road.create(id, 'buy_and_tokenize');
    expect(await road.create(id, 'buy_and_tokenize', other(99_900))).toEqual({ outcome: 'different' });
    road.shopper(id);
    await road.pass(id, 4 * minutes);
    expect(road.item(id)).toMatchObject({ stage: 'ordered', order: { order_amount: 10_000 } });
  });

  test('does not change what a charge that was interrupted charges', async () => {
    const [buyer, id] = [fresh(), fresh()];
    await road.create(buyer, 'buy_and_tokenize');
    road.shopper(buyer);
    await road.pass(buyer, 4 * minutes);
    house.klarna.control.answers([{ path: '/customer-token/', status: 503, times: 3 }]);
    expect(await road.charge({ payment: id, buyer })).toMatchObject({ outcome: 'under_way' });
    expect(await road.charge({ payment: id, buyer, more: other(99_900) })).toEqual({ outcome: 'different' });
    await road.pass(id, 4 * minutes);
    expect(road.orders(id)).toMatchObject([{ order_amount: 10_000 }]);
    expect(kept(id)).toEqual([]);
  });

  test('does not change what a capture that was interrupted captures, though both came at once', async () => {
    const id = fresh();
    await road.create(id, 'authorize');
    road.shopper(id);
    await road.pass(id, 4 * minutes);
    house.klarna.control.answers([{ path: '/captures', status: 503, times: 3 }]);
    const captured = (reference: string) =>
      road.operate(id, { kind: 'capture', key: 'k', request: { amount: 400, reference } });
    const answers = await Promise.all([captured('one'), captured('two')]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['different', 'under_way']);
    await road.pass(id, 4 * minutes);
    const noted = road.item(id).operations.find(({ kind }) => kind === 'capture');
    expect(road.orders(id)[0]?.captures).toMatchObject([{ captured_amount: 400, reference: noted?.reference }]);
    expect(kept(id)).toEqual([]);
  });
});

describe('the same request again, after it was done', () => {
  test('keeps nothing of the shopper', async () => {
    const [buyer, id] = [fresh(), fresh()];
    await road.create(buyer, 'buy_and_tokenize');
    road.shopper(buyer);
    await road.pass(buyer, 4 * minutes);
    await road.create(buyer, 'buy_and_tokenize');
    await road.charge({ payment: id, buyer });
    await road.charge({ payment: id, buyer });
    expect([...kept(buyer), ...kept(id)]).toEqual([]);
  });
});

test('the same request twice at once makes one payment with one page, and contradicts nothing', async () => {
  const id = fresh();
  const answers = await Promise.all([road.create(id, 'authorize'), road.create(id, 'authorize')]);
  const { redirect_url } = road.item(id);
  expect(answers).toMatchObject([
    { outcome: 'created', redirect_url },
    { outcome: 'created', redirect_url },
  ]);
  expect(road.item(id).conflicts).toEqual([]);
  road.shopper(id);
  await road.pass(id, 4 * minutes);
  expect(road.item(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
});
