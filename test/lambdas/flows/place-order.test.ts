import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../lambdas/payment/clocks.ts';
import { startFlows } from '../../support/harness/flows.ts';

const flows = await startFlows('order');

test('an outage of fifty minutes within the hour of an authorization loses no order', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'buy_and_tokenize');
  flows.shopper(id);
  await flows.pass(id, 2 * minutes);
  expect(flows.payment(id).stage).toBe('ordered');
  const other = flows.newPayment();
  await flows.create(other, 'buy_and_tokenize');
  flows.shopper(other);
  flows.klarna.control.answers([{ path: '/authorizations/', status: 503, times: 10_000 }]);
  await flows.pass(other, 50 * minutes);
  flows.klarna.control.clearAnswers();
  await flows.pass(other, 8 * minutes);
  expect(flows.orders(other)).toHaveLength(1);
  expect(flows.payment(other).stage).toBe('ordered');
});

test('an order that Klarna placed but never confirmed before its token expired is raised as a conflict', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'buy_and_tokenize');
  flows.shopper(id);
  flows.klarna.control.answers([
    { path: '/order', status: 503, applies: true },
    { path: '/order', status: 503, times: 2 },
  ]);
  flows.forward(3 * minutes);
  expect(await flows.run(id)).toMatchObject({ failures: [{ kind: 'place order' }] });
  flows.forward(2 * hours);
  expect(await flows.run(id)).toMatchObject({ conflicts: 1 });
  expect(flows.orders(id)).toHaveLength(1);
  expect(flows.payment(id).operations.find(({ kind }) => kind === 'order')).toMatchObject({
    result: { state: 'ERROR' },
  });
  expect(flows.payment(id)).toMatchObject({ stage: 'authorized', conflicts: [{ doubt: 'order_id' }] });
});

describe('a token that Klarna refuses with', () => {
  test.each([{ status: 409, error_code: 'BAD_VALUE' }])(
    '$status $error_code makes no order and ends the payment, if its session has no order',
    async (refusal) => {
      const id = flows.newPayment();
      await flows.create(id, 'buy_and_tokenize');
      flows.shopper(id);
      flows.klarna.control.answers([{ path: '/order', ...refusal }]);
      await flows.pass(id, 4 * minutes);
      expect(flows.orders(id)).toEqual([]);
      expect(flows.payment(id)).toMatchObject({ stage: 'rejected', conflicts: [] });
      expect(JSON.stringify(flows.payment(id))).not.toContain('sealed');
    },
  );

  test.each([
    { status: 409, error_code: 'BAD_VALUE' },
    { status: 404, error_code: 'SESSION_COMPLETED' },
    { status: 403, error_code: 'INVALID_OPERATION' },
  ])('$status $error_code does not end the payment, if its session has an order', async (refusal) => {
    const id = flows.newPayment();
    await flows.create(id, 'buy_and_tokenize');
    flows.shopper(id);
    flows.klarna.control.answers([{ path: '/order', ...refusal, applies: true }]);
    await flows.pass(id, 4 * minutes);
    expect(flows.payment(id)).toMatchObject({ stage: 'authorized', conflicts: [{ doubt: 'order_id' }] });
  });
});
