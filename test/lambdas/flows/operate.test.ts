import { beforeEach, describe, expect, test } from 'vitest';
import { minutes } from '../../../lambdas/payment/clocks.ts';
import { startFlows } from '../../support/harness/flows.ts';

const flows = await startFlows('operate');
beforeEach(() => {
  flows.storeCalls.length = 0;
});

const capture = (amount?: number) => ({ kind: 'capture', key: `capture ${amount}`, request: { amount } }) as const;

test('a capture reads the payment once and saves it twice: claimed with the order as it was read, then answered', async () => {
  const id = await flows.ordered('authorize');
  const { lastReads, version } = flows.payment(id);
  flows.storeCalls.length = 0;
  expect(await flows.operate(id, capture(400))).toMatchObject({
    outcome: 'finished',
    payment: { stage: 'part_captured', order: { captured_amount: 400 } },
    operation: { kind: 'capture', amount: 400, result: { state: 'SUCCESS' } },
  });
  expect(flows.storeCalls).toEqual(['find', 'save', 'save']);
  expect(flows.payment(id).version).toBe(version + 2);
  expect(flows.payment(id).lastReads.order).not.toBe(lastReads.order);
});

test('the first of the two saves holds the order as it was read before the capture', async () => {
  const id = await flows.ordered('authorize');
  const order = flows.orders(id)[0] ?? expect.fail();
  order.fraud_status = 'REJECTED';
  flows.klarna.control.answers([{ path: '/captures', hang: true, times: 3 }]);
  expect(await flows.operate(id, capture(400))).toMatchObject({ outcome: 'under_way' });
  expect(flows.payment(id)).toMatchObject({
    order: { fraud_status: 'REJECTED' },
    operations: [{ kind: 'session' }, { kind: 'capture', amount: 400 }],
  });
});

test('a repeat of an answered operation reads the payment once and saves nothing', async () => {
  const id = await flows.ordered('authorize');
  await flows.operate(id, capture(400));
  flows.storeCalls.length = 0;
  expect(await flows.operate(id, capture(400))).toMatchObject({ outcome: 'finished' });
  expect(flows.storeCalls).toEqual(['find']);
  expect(flows.orders(id)[0]?.captures).toHaveLength(1);
});

describe('an operation is not claimed', () => {
  test('if the payment is unknown', async () => {
    expect(await flows.operate(flows.newPayment(), capture(400))).toEqual({ outcome: 'unknown payment' });
  });

  test('if the payment has no order', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'authorize');
    expect(await flows.operate(id, capture(400))).toEqual({ outcome: 'no order' });
  });

  test('if its amount is above what is left, and the order as it was read is recorded', async () => {
    const id = await flows.ordered('authorize');
    await flows.operate(id, capture(9000));
    flows.storeCalls.length = 0;
    flows.forward(minutes);
    const before = flows.payment(id).lastReads.order;
    expect(await flows.operate(id, capture(1001))).toEqual({ outcome: 'too much', left: 1000 });
    expect(flows.storeCalls.filter((call) => call === 'save')).toHaveLength(1);
    expect(flows.payment(id).lastReads.order).not.toBe(before);
    expect(flows.payment(id).operations.filter(({ kind }) => kind === 'capture')).toHaveLength(1);
    expect(flows.keptRequests(id)).toEqual([]);
  });

  /** The next read of the order shows it without these fields. */
  const readWithout = (order: object, ...fields: string[]) => {
    const { purchase, ...shown } = { purchase: {}, ...order };
    const body = Object.fromEntries(
      Object.entries({ ...purchase, ...shown }).filter(([name]) => !fields.includes(name)),
    );
    flows.klarna.control.answers([{ method: 'GET', path: '/ordermanagement/', status: 200, body }]);
  };

  test('if it is for all that is left and Klarna does not show how much that is; its key can be used again', async () => {
    const id = await flows.ordered('authorize');
    const order = flows.orders(id)[0] ?? expect.fail();
    readWithout(order, 'remaining_authorized_amount', 'order_amount');
    expect(await flows.operate(id, capture())).toEqual({ outcome: 'left unknown' });
    expect([order.captures, flows.keptRequests(id)]).toEqual([[], []]);
    expect(await flows.operate(id, capture())).toMatchObject({ outcome: 'finished', operation: { amount: 10_000 } });
    readWithout(order, 'refunded_amount');
    expect(await flows.operate(id, { kind: 'refund', key: 'k', request: {} })).toEqual({ outcome: 'left unknown' });
    expect(order.refunds).toEqual([]);
  });

  test('if nothing is left', async () => {
    const id = await flows.ordered('authorize');
    const refund = { kind: 'refund', key: 'k', request: {} } as const;
    expect(await flows.operate(id, refund)).toEqual({ outcome: 'nothing left' });
    await flows.operate(id, capture(10_000));
    expect(await flows.operate(id, capture())).toEqual({ outcome: 'nothing left' });
    expect(flows.orders(id)[0]?.captures).toHaveLength(1);
    expect(await flows.operate(id, refund)).toMatchObject({ outcome: 'finished', operation: { amount: 10_000 } });
  });

  test.each([capture(), capture(400)])('if Klarna does not find the order yet: %j', async (operation) => {
    const id = await flows.ordered('authorize');
    flows.klarna.control.answers([{ path: '/ordermanagement/', status: 404, error_code: 'NO_SUCH_ORDER' }]);
    await expect(flows.operate(id, operation)).rejects.toMatchObject({ code: 'NO_SUCH_ORDER' });
    expect(flows.payment(id).operations).toMatchObject([{ kind: 'session' }]);
    expect(await flows.operate(id, operation)).toMatchObject({ outcome: 'finished' });
  });

  test('if the order differs from the request of the payment', async () => {
    const id = await flows.ordered('authorize');
    const order = flows.orders(id)[0] ?? expect.fail();
    order.original_order_amount = 1;
    expect(await flows.operate(id, capture(400))).toEqual({ outcome: 'doubtful', field: 'order_amount' });
    expect(order.captures).toEqual([]);
    expect(flows.payment(id).conflicts).toMatchObject([{ doubt: 'order_amount' }]);
  });
});
