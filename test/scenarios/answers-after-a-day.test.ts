import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../lambdas/payment/clocks.ts';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';
import { startFlows } from '../support/harness/flows.ts';

const flows = await startFlows('day');

/** Klarna executes the request once, and none of its answers arrive before it forgets the key. */
async function loseAnswers(id: PaymentId, path: string, act: () => Promise<unknown>): Promise<void> {
  flows.klarna.control.answers([
    { path, status: 503, applies: true },
    { path, status: 503, times: 2 },
  ]);
  await act();
  flows.forward(25 * hours);
  await flows.pass(id, 4 * minutes);
}

const last = (id: PaymentId) => flows.payment(id).operations.at(-1);

describe('an operation whose answer does not arrive while Klarna remembers its key', () => {
  test('is found in the order, even beside another capture with the same amount and reference', async () => {
    const id = await flows.ordered();
    const request = { amount: 400, reference: 'order 1001' };
    await flows.operate(id, { kind: 'capture', key: 'first', request });
    await loseAnswers(id, '/captures', () => flows.operate(id, { kind: 'capture', key: 'second', request }));
    const [one, two] = flows.orders(id)[0]?.captures ?? [];
    expect(flows.orders(id)[0]?.captures).toHaveLength(2);
    expect(last(id)).toMatchObject({ capture_id: two?.capture_id, result: { state: 'SUCCESS' } });
    expect(one?.capture_id).not.toBe(two?.capture_id);
  });

  test('is sent again when the order does not contain it, even if other captures share its reference', async () => {
    const id = await flows.ordered();
    const capture = (key: string, amount: number) =>
      flows.operate(id, { kind: 'capture', key, request: { amount, reference: 'order 1001' } });
    await capture('first', 400);
    await capture('second', 300);
    flows.klarna.control.answers([{ path: '/captures', status: 503, times: 3 }]);
    await capture('third', 400);
    flows.forward(25 * hours);
    await flows.pass(id, 4 * minutes);
    expect(flows.orders(id)[0]).toMatchObject({ captured_amount: 1100 });
    expect(last(id)).toMatchObject({ amount: 400, result: { state: 'SUCCESS' } });
  });

  test('is found among the refunds as well', async () => {
    const id = await flows.ordered();
    await flows.operate(id, { kind: 'capture', key: 'k', request: {} });
    const request = { amount: 400, reference: 'back' };
    await flows.operate(id, { kind: 'refund', key: 'first', request });
    await loseAnswers(id, '/refunds', () => flows.operate(id, { kind: 'refund', key: 'second', request }));
    expect(flows.orders(id)[0]).toMatchObject({ refunded_amount: 800 });
    expect(last(id)).toMatchObject({ result: { state: 'SUCCESS' } });
  });

  test.each(['reference', 'capture_id'] as const)(
    'is told as unknown, once, and not sent again if Klarna leaves out the %s of what it captured',
    async (field) => {
      const id = await flows.ordered();
      const capture = { kind: 'capture', key: 'k', request: { amount: 400, reference: 'order 1001' } } as const;
      await loseAnswers(id, '/captures', async () => {
        await flows.operate(id, capture);
        for (const each of flows.orders(id)[0]?.captures ?? []) delete (each as Partial<typeof each>)[field];
      });
      expect(last(id)).toMatchObject({ kind: 'capture', result: { pspStatus: 'UNKNOWN_RESPONSE', state: 'ERROR' } });
      expect(flows.orders(id)[0]?.captures).toHaveLength(1);
      expect(flows.payment(id)).toMatchObject({ stage: 'part_captured', order: { captured_amount: 400 } });
      expect(await flows.operate(id, capture)).toMatchObject({ outcome: 'finished', operation: { kind: 'capture' } });
      await flows.pass(id, 2 * hours);
      expect(flows.payment(id).changes.filter(({ operation }) => operation?.kind === 'capture')).toHaveLength(1);
      expect(flows.orders(id)[0]?.captures).toHaveLength(1);
    },
  );

  test('extended the authorization if its end has moved since: it is not extended twice', async () => {
    const id = await flows.ordered('authorize');
    const extension = { kind: 'extension', key: 'k', request: {} } as const;
    await loseAnswers(id, '/extend-authorization', () => flows.operate(id, extension));
    const expires_at = flows.orders(id)[0]?.expires_at;
    expect(last(id)).toMatchObject({ kind: 'extension', result: { state: 'SUCCESS' } });
    await flows.pass(id, 10 * minutes);
    expect(flows.orders(id)[0]?.expires_at).toBe(expires_at);
    expect(flows.keptRequests(id)).toEqual([]);
  });

  test('extends the authorization later if its end has not moved', async () => {
    const id = await flows.ordered('authorize');
    flows.klarna.control.answers([{ path: '/extend-authorization', status: 503, times: 3 }]);
    const before = flows.orders(id)[0]?.expires_at ?? '';
    await flows.operate(id, { kind: 'extension', key: 'k', request: {} });
    flows.forward(25 * hours);
    await flows.pass(id, 4 * minutes);
    expect(last(id)).toMatchObject({ kind: 'extension', result: { state: 'SUCCESS' } });
    expect((flows.orders(id)[0]?.expires_at ?? '') > before).toBe(true);
  });

  test("is left to the tasks, which know what was kept, when the merchant's repeat comes first", async () => {
    const id = await flows.ordered('authorize');
    const extension = { kind: 'extension', key: 'k', request: {} } as const;
    flows.klarna.control.answers([{ path: '/extend-authorization', status: 503, times: 3 }]);
    await flows.operate(id, extension);
    flows.forward(25 * hours);
    const calls = flows.klarna.log().length;
    expect(await flows.operate(id, extension)).toMatchObject({ outcome: 'under_way' });
    expect(flows.klarna.log()).toHaveLength(calls);
  });

  test('succeeded if it was a release and nothing of the order is left to capture', async () => {
    const id = await flows.ordered();
    await flows.operate(id, { kind: 'capture', key: 'k', request: { amount: 400 } });
    await loseAnswers(id, '/release', () => flows.operate(id, { kind: 'release', key: 'k', request: {} }));
    expect(last(id)).toMatchObject({ kind: 'release', result: { state: 'SUCCESS' } });
    expect(flows.payment(id).stage).toBe('captured');
  });

  test('is not sent again if it extended a due date, which the order does not show: the date moves once', async () => {
    const id = await flows.ordered();
    await flows.operate(id, { kind: 'capture', key: 'k', request: { amount: 400 } });
    const request = { capture_id: flows.orders(id)[0]?.captures[0]?.capture_id, number_of_days: 10 };
    await loseAnswers(id, '/extend-due-date', () => flows.operate(id, { kind: 'extension', key: 'k', request }));
    expect(flows.orders(id)[0]?.captures[0]).toMatchObject({ due_in_days: 40 });
    expect(last(id)).toMatchObject({ kind: 'extension', result: { pspStatus: 'UNKNOWN_RESPONSE', state: 'ERROR' } });
  });
});

describe('a charge whose answer does not arrive while Klarna remembers its key', () => {
  test('is never sent again, and its unknown order is raised as a conflict', async () => {
    const [buyer, id] = [await flows.ordered(), flows.newPayment()];
    const charge = { payment: id, buyer };
    await loseAnswers(id, '/customer-token/', () => flows.charge(charge));
    expect(await flows.charge(charge)).toMatchObject({
      outcome: 'finished',
      operation: { result: { pspStatus: 'UNKNOWN_RESPONSE' } },
    });
    await flows.pass(id, 2 * hours);
    expect(flows.orders(id)).toHaveLength(1);
    expect(flows.payment(id).conflicts).toMatchObject([{ doubt: 'order_id' }]);
    expect(flows.keptRequests(id)).toEqual([]);
  });

  test('succeeded if a push has named its order', async () => {
    const [buyer, id] = [await flows.ordered(), flows.newPayment()];
    flows.klarna.control.answers([
      { path: '/customer-token/', status: 503, applies: true },
      { path: '/customer-token/', status: 503, times: 2 },
    ]);
    await flows.charge({ payment: id, buyer });
    const order_id = flows.orders(id)[0]?.order_id ?? expect.fail();
    const observedAt = flows.ports.now().toISOString();
    flows.payments.set(id, { ...flows.payment(id), hintedOrders: [{ order_id, observedAt }] });
    flows.forward(25 * hours);
    await flows.pass(id, 4 * minutes);
    expect(flows.orders(id)).toHaveLength(1);
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered', facts: { order_id }, conflicts: [] });
    expect(last(id)).toMatchObject({ kind: 'charge', result: { state: 'SUCCESS' } });
  });
});
