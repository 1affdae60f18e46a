import { describe, expect, test } from 'vitest';
import type { TaskPorts } from '../../../../lambdas/flows/tasks/run-tasks.ts';
import { hours, minutes } from '../../../../lambdas/payment/clocks.ts';
import type { Facts } from '../../../../lambdas/payment/facts.ts';
import type { Payment } from '../../../../lambdas/payment/payment.ts';
import type { PaymentId } from '../../../../lambdas/payment/payment-id.ts';
import { openPayment, record } from '../../../../lambdas/payment/record.ts';
import type { Report } from '../../../../lambdas/payment/report.ts';
import { readHint } from '../../../support/builders/reports.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('read-back');

/** Klarna answers these reads with 404 until `show`. */
const hide = (path: string, method = 'GET') =>
  flows.klarna.control.answers([{ method, path, status: 404, error_code: 'NOT_FOUND', times: 100_000 }]);
const show = () => flows.klarna.control.clearAnswers();

/** Changes a kept payment. */
const change = (id: PaymentId, changes: Partial<Payment>) =>
  flows.ports.store.save({ ...flows.payment(id), ...changes });

/** Time passes, with a run every half hour. */
async function passHours(id: PaymentId, count: number): Promise<void> {
  for (let n = 0; n < 2 * count; n++) {
    flows.forward(0.5 * hours);
    await flows.run(id);
  }
}

describe('a session that Klarna does not know', () => {
  /** A payment whose session another backend created, under credentials that are not ours. */
  async function foreignSession(facts: Facts = {}): Promise<PaymentId> {
    const id = flows.newPayment();
    const now = flows.ports.now().toISOString();
    await flows.ports.store.save({ ...openPayment(id, now), facts: { hpp_session_id: 'not-ours', ...facts } });
    return id;
  }

  test('does not end the payment before it expires: the read fails and is tried again', async () => {
    const id = await foreignSession();
    flows.forward(3 * minutes);
    expect((await flows.run(id)).failures).toMatchObject([{ kind: 'read session', error: { status: 404 } }]);
    expect(flows.payment(id)).toMatchObject({
      stage: 'created',
      changes: [],
      backoffs: { 'read session': { count: 1 } },
    });
  });

  test('has ended 48 hours after it was opened where Klarna gave no end', async () => {
    const id = await foreignSession();
    flows.forward(47 * hours);
    expect((await flows.run(id)).failures).toHaveLength(1);
    flows.forward(2 * hours);
    expect(await flows.run(id)).toMatchObject({ completed: ['read session'], failures: [] });
  });
});

describe('a session that is gone', () => {
  async function created(flow: 'authorize' | 'buy_and_tokenize' = 'authorize') {
    const id = flows.newPayment();
    await flows.create(id, flow);
    return id;
  }
  const changesOf = (id: PaymentId) => flows.payment(id).changes.map(({ pspStatus }) => pspStatus);

  test('expires a payment that was read until shortly before', async () => {
    const id = await created();
    await passHours(id, 50);
    expect(flows.payment(id)).toMatchObject({ stage: 'expired', session: { word: 'NOT_FOUND' } });
  });

  test('expires a payment that was not read for days, where the session of Klarna Payments shows no order', async () => {
    const id = await created();
    flows.forward(47.5 * hours);
    await flows.run(id);
    expect(flows.payment(id).stage).toBe('expired');
  });

  test('proves nothing where nobody watched it and Klarna has forgotten it: a human has to look', async () => {
    const id = await created();
    hide('/payments/v1/sessions');
    flows.forward(75 * hours);
    await flows.run(id);
    show();
    expect(flows.payment(id).stage).toBe('created');
    expect(flows.payment(id).changes.at(-1)?.attention?.reason).toBe('stuck');
  });

  test('is a doubt where Klarna placed an order of it, and from then on proves nothing', async () => {
    const id = await created();
    flows.shopper(id);
    flows.forward(47.5 * hours);
    await flows.run(id);
    expect(flows.payment(id)).toMatchObject({ stage: 'created', conflicts: [{ doubt: 'order_id' }] });
    hide('/payments/v1/sessions');
    await passHours(id, 3);
    show();
    expect(flows.payment(id).stage).toBe('created');
    expect(flows.payment(id).conflicts).toHaveLength(1);
  });

  test('says nothing about a payment that has its order', async () => {
    const id = await flows.ordered('authorize');
    await change(id, { session: undefined });
    const before = changesOf(id);
    flows.forward(47.5 * hours);
    await flows.run(id);
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered' });
    expect(flows.payment(id).session).toBeUndefined();
    expect(changesOf(id)).toEqual(before);
  });

  test('after its completion expires a payment whose order Klarna should have placed and did not', async () => {
    const id = await created();
    const observedAt = flows.ports.now().toISOString();
    await record(flows.ports.store, id, completion(observedAt));
    flows.forward(47.5 * hours);
    await flows.run(id);
    expect(flows.payment(id)).toMatchObject({ stage: 'expired', session: { word: 'COMPLETED' } });
    expect(flows.payment(id).changes.find(({ stage }) => stage.to === 'expired')?.pspStatus).toBe('EXPIRED');
  });

  test('after its completion leaves a payment whose order we place ourselves', async () => {
    const id = await created('buy_and_tokenize');
    const observedAt = flows.ports.now().toISOString();
    await record(flows.ports.store, id, completion(observedAt));
    flows.forward(47.5 * hours);
    await flows.run(id);
    expect(flows.payment(id).stage).toBe('authorized');
  });
});

const completion = (at: string): Report => ({
  id: 'completed',
  source: 'status_update',
  verifiedBy: 'url_secret',
  at,
  observedAt: at,
  word: 'COMPLETED',
  statement: {
    pspStatus: 'COMPLETED',
    meaning: { state: 'SUCCESS', code: 'SUCCEEDED', final: true, stage: 'authorized' },
    about: 'session',
  },
  facts: {},
});

/** Klarna calls about an order. */
async function push(id: PaymentId, order_id: string): Promise<void> {
  flows.forward(minutes);
  const observedAt = flows.ports.now().toISOString();
  const report = { ...readHint('order', 0, order_id), id: `push ${order_id}`, at: observedAt, observedAt };
  await record(flows.ports.store, id, report);
}

/** An order of another payment, which Klarna shows under the reference of this one. */
async function secondOrderOf(id: PaymentId): Promise<string> {
  const order = flows.orders(await flows.ordered())[0] ?? expect.fail();
  order.purchase.merchant_reference2 = id;
  return order.order_id;
}

describe('a push that names another order than the known one', () => {
  test('becomes a conflict, once, when Klarna shows that the order belongs to this payment too', async () => {
    const id = await flows.ordered();
    const second = await secondOrderOf(id);
    await push(id, second);
    const { conflicts, warnings } = await flows.run(id);
    expect(conflicts).toBe(1);
    expect(warnings).toMatchObject([{ attention: { reason: 'order_unclaimed', order_id: second } }]);
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered', conflicts: [{ facts: { order_id: second } }] });
    flows.forward(minutes);
    expect(await flows.run(id)).toMatchObject({ completed: [] });
  });

  test('does not keep the known one from being read', async () => {
    const id = await flows.ordered();
    const own = flows.payment(id).facts.order_id ?? '';
    await push(id, await secondOrderOf(id));
    const read: string[] = [];
    await flows.run(id, listeningTo(read));
    expect(read).toContain(own);
    expect(flows.payment(id).order?.version).toBe(flows.payment(id).lastReads.order?.version);
  });

  test('is ignored when that order belongs to another payment', async () => {
    const [id, other] = [await flows.ordered(), await flows.ordered()];
    await push(id, flows.orders(other)[0]?.order_id ?? '');
    expect(await flows.run(id)).toMatchObject({ failures: [], conflicts: 0 });
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered', hintedOrders: [{ result: 'foreign' }] });
  });
});

/** Ports that note which orders are read. */
const listeningTo = (read: string[]): Partial<TaskPorts> => ({
  klarna: (account) => {
    const klarna = flows.ports.klarna(account);
    const readOrder = async (order_id: string) => {
      read.push(order_id);
      return klarna.readOrder(order_id);
    };
    return { ...klarna, readOrder };
  },
});

describe('a push that comes before its order can be read', () => {
  /** A payment whose shopper paid while every read failed. */
  async function paid() {
    const id = flows.newPayment();
    await flows.create(id, 'authorize');
    flows.shopper(id);
    return { id, order_id: flows.orders(id)[0]?.order_id ?? expect.fail() };
  }

  test('is read for until Klarna shows the order, which is then ours', async () => {
    const { id, order_id } = await paid();
    hide('/ordermanagement/v1/orders');
    await push(id, order_id);
    await change(id, { facts: { ...flows.payment(id).facts, hpp_session_id: undefined } });
    expect((await flows.run(id)).failures).toMatchObject([{ kind: 'read hinted order', error: { status: 404 } }]);
    await flows.pass(id, 30 * minutes);
    show();
    await flows.pass(id, 40 * minutes);
    expect(flows.payment(id)).toMatchObject({
      stage: 'ordered',
      facts: { order_id },
      hintedOrders: [{ order_id, result: 'read' }],
    });
  });

  test('is told once while Klarna does not show the order, and read for ever more rarely', async () => {
    const id = await flows.ordered();
    await push(id, 'unknown-order');
    await passHours(id, 100);
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
    expect(flows.payment(id).hintedOrders[0]).not.toHaveProperty('result');
    const told = flows.payment(id).changes.flatMap(({ attention }) => attention ?? []);
    expect(told.filter(({ order_id }) => order_id === 'unknown-order').map(({ reason }) => reason)).toEqual([
      'task_failing',
    ]);
    expect(flows.payment(id).backoffs['read hinted order unknown-order']?.count).toBeLessThan(20);
  });

  test('is read for beside another one', async () => {
    const { id, order_id } = await paid();
    await push(id, 'unknown-order');
    await push(id, order_id);
    await flows.run(id);
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered', facts: { order_id } });
  });
});

describe('an order that is known', () => {
  test('and that Klarna does not show for hours is read on, and told once', async () => {
    const id = await flows.ordered('authorize');
    flows.forward(5 * hours);
    hide('/ordermanagement/v1/orders');
    await passHours(id, 6);
    const told = flows.payment(id).changes.flatMap(({ attention }) => attention ?? []);
    expect(told).toMatchObject([{ reason: 'task_failing', task: 'read order', order_id: expect.any(String) }]);
    show();
    await passHours(id, 5);
    expect(flows.payment(id).backoffs).toEqual({});
  });

  test('and that is rejected without a notification is seen by the watch', async () => {
    const id = await flows.ordered('authorize');
    const order = flows.orders(id)[0] ?? expect.fail();
    flows.klarna.control.risk(order.order_id, 'reject');
    await passHours(id, 5);
    expect(flows.payment(id).order?.fraud_status).toBe('REJECTED');
    expect(flows.payment(id).stage).toBe('rejected');
  });
});
