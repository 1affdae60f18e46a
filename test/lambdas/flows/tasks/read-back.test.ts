import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../../lambdas/payment/clocks.ts';
import type { PaymentId } from '../../../../lambdas/payment/payment-id.ts';
import { openPayment, record } from '../../../../lambdas/payment/record.ts';
import { readHint } from '../../../support/builders/reports.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('read-back');

describe('a session that Klarna does not know', () => {
  /** A payment whose session another backend created, under credentials that are not ours. */
  async function foreignSession(): Promise<PaymentId> {
    const id = flows.newPayment();
    const now = flows.ports.now();
    const facts = { hpp_session_id: 'not-ours', expires_at: new Date(now.getTime() + 47 * hours).toISOString() };
    await flows.ports.store.save({ ...openPayment(id, now.toISOString()), facts });
    return id;
  }

  test('does not end the payment before it expires: the read fails and is tried again', async () => {
    const id = await foreignSession();
    flows.forward(3 * minutes);
    const { failed } = await flows.run(id);
    expect(failed).toMatchObject({ kind: 'read session', error: { status: 404 } });
    expect(flows.payment(id)).toMatchObject({ stage: 'created', changes: [], backoff: { count: 1 } });
  });

  test('has ended the payment once it has expired', async () => {
    const id = await foreignSession();
    flows.forward(48 * hours);
    await flows.run(id);
    expect(flows.payment(id)).toMatchObject({ stage: 'expired' });
  });
});

describe('a push that names another order than the known one', () => {
  async function push(id: PaymentId, order_id: string): Promise<void> {
    flows.forward(minutes);
    const observedAt = flows.ports.now().toISOString();
    const report = { ...readHint('order', 0, order_id), id: `push ${order_id}`, at: observedAt, observedAt };
    await record(flows.ports.store, id, report);
  }

  test('becomes a conflict, once, when Klarna shows that the order belongs to this payment too', async () => {
    const [id, other] = [await flows.ordered(), await flows.ordered()];
    const second = flows.orders(other)[0] ?? expect.fail();
    second.purchase.merchant_reference2 = id;
    await push(id, second.order_id);
    expect(await flows.run(id)).toMatchObject({ conflicts: 1 });
    expect(flows.payment(id).conflicts).toMatchObject([{ facts: { order_id: second.order_id } }]);
    flows.forward(minutes);
    expect(await flows.run(id)).toMatchObject({ completed: [] });
  });

  test('is ignored when that order belongs to another payment or does not exist', async () => {
    const [id, other] = [await flows.ordered(), await flows.ordered()];
    await push(id, flows.orders(other)[0]?.order_id ?? '');
    expect(await flows.run(id)).not.toHaveProperty('failed');
    await push(id, 'unknown-order');
    expect(await flows.run(id)).not.toHaveProperty('failed');
    expect(flows.payment(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
  });
});
