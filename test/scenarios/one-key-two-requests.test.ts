import { describe, expect, test } from 'vitest';
import { minutes } from '../../lambdas/payment/clocks.ts';
import { startFlows } from '../support/harness/flows.ts';

const flows = await startFlows('one-key');

/** A request for another basket. */
const basketOf = (amount: number) => ({
  order: { redirection: 'https://shop.example/return', amount, currency_code: 'EUR' },
  shipments: [{ item_lines: [{ name: 'Sofa', price: amount, quantity: 1, amount }] }],
});

describe('another request under a key that is in use', () => {
  test('does not change what the order is placed with', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'buy_and_tokenize');
    expect(await flows.create(id, 'buy_and_tokenize', basketOf(99_900))).toEqual({ outcome: 'different' });
    flows.shopper(id);
    await flows.pass(id, 4 * minutes);
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered', order: { order_amount: 10_000 } });
    expect(JSON.stringify(flows.orders(id)[0]?.purchase)).not.toContain('Sofa');
  });

  test('does not change the amount of an interrupted charge', async () => {
    const [buyer, id] = [await flows.ordered(), flows.newPayment()];
    flows.klarna.control.answers([{ path: '/customer-token/', status: 503, times: 3 }]);
    expect(await flows.charge({ payment: id, buyer })).toMatchObject({ outcome: 'under_way' });
    expect(await flows.charge({ payment: id, buyer, more: basketOf(99_900) })).toEqual({ outcome: 'different' });
    await flows.pass(id, 4 * minutes);
    expect(flows.orders(id)).toMatchObject([{ order_amount: 10_000 }]);
    expect(flows.keptRequests(id)).toEqual([]);
  });

  test('does not change an interrupted capture, even if both were requested at once', async () => {
    const id = await flows.ordered('authorize');
    flows.klarna.control.answers([{ path: '/captures', status: 503, times: 3 }]);
    const capture = (reference: string) =>
      flows.operate(id, { kind: 'capture', key: 'k', request: { amount: 400, reference } });
    const answers = await Promise.all([capture('one'), capture('two')]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['different', 'under_way']);
    await flows.pass(id, 4 * minutes);
    const claimed = flows.payment(id).operations.find(({ kind }) => kind === 'capture');
    expect(flows.orders(id)[0]?.captures).toMatchObject([{ captured_amount: 400, reference: claimed?.reference }]);
    expect(flows.keptRequests(id)).toEqual([]);
  });

  test('loses the race of two charges, and the claimed one is sent', async () => {
    const [buyer, id] = [await flows.ordered(), flows.newPayment()];
    flows.klarna.control.answers([{ method: 'POST', path: '/customer-token/v1', status: 503, times: 6 }]);
    await Promise.all([
      flows.charge({ payment: id, buyer, more: basketOf(100) }),
      flows.charge({ payment: id, buyer, more: basketOf(20_000) }),
    ]);
    const claimed = flows.payment(id).operations[0];
    flows.klarna.control.clearAnswers();
    await flows.pass(id, 6 * minutes);
    expect(flows.orders(id).map(({ order_amount }) => order_amount)).toEqual([claimed?.amount]);
    expect(flows.keptRequests(id)).toEqual([]);
  });
});

test('the same request twice at once makes one payment with one page and no conflict', async () => {
  const id = flows.newPayment();
  const answers = await Promise.all([flows.create(id, 'authorize'), flows.create(id, 'authorize')]);
  const { redirect_url } = flows.payment(id);
  expect(answers).toMatchObject([
    { outcome: 'created', redirect_url },
    { outcome: 'created', redirect_url },
  ]);
  expect(flows.payment(id).conflicts).toEqual([]);
  flows.shopper(id);
  await flows.pass(id, 4 * minutes);
  expect(flows.payment(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
});
