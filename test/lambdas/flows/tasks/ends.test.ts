import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../../lambdas/payment/clocks.ts';
import type { PaymentId } from '../../../../lambdas/payment/payment-id.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('ends');

/** Klarna answers these calls so until `restore`. */
const answer = (path: string, status: number, error_code?: string) =>
  flows.klarna.control.answers([{ path, status, times: 100_000, ...(error_code && { error_code }) }]);
const restore = () => flows.klarna.control.clearAnswers();
const reasons = (id: PaymentId) => flows.payment(id).changes.flatMap(({ attention }) => attention?.reason ?? []);

describe('a session that was never made', () => {
  test('ends the payment as rejected where Klarna refused it, and never rings', async () => {
    const id = flows.newPayment();
    answer('/payments/v1/sessions', 400, 'BAD_VALUE');
    await flows.create(id, 'authorize');
    restore();
    await flows.pass(id, 2 * minutes);
    expect(flows.payment(id)).toMatchObject({
      stage: 'rejected',
      changes: [{ pspStatus: 'BAD_VALUE' }, { pspStatus: 'BAD_VALUE', stage: { from: 'created', to: 'rejected' } }],
    });
    flows.forward(100 * hours);
    await flows.run(id);
    expect(reasons(id)).toEqual([]);
  });

  test('ends the payment as expired where its creation was interrupted', async () => {
    const id = flows.newPayment();
    answer('/payments/v1/sessions', 503);
    await flows.create(id, 'authorize').catch(() => undefined);
    restore();
    flows.forward(47 * hours);
    expect((await flows.run(id)).completed).not.toContain('abandon session');
    flows.forward(2 * hours);
    expect((await flows.run(id)).completed).toContain('abandon session');
    expect(flows.payment(id)).toMatchObject({
      stage: 'expired',
      operations: [{ kind: 'session', result: { pspStatus: 'UNKNOWN_RESPONSE' } }],
    });
  });
});

describe('an authorization that ran out while Klarna was away', () => {
  /** The shopper authorized; for `ms` Klarna places no order. */
  async function unplaced(ms: number) {
    const id = flows.newPayment();
    await flows.create(id, 'buy_and_tokenize');
    flows.shopper(id);
    flows.forward(3 * minutes);
    answer('/authorizations/', 503);
    await flows.pass(id, ms);
    restore();
    return id;
  }

  test('ends the payment as expired: the session of Klarna Payments shows no order', async () => {
    const id = await unplaced(3 * hours);
    await flows.pass(id, 10 * minutes);
    expect(flows.orders(id)).toEqual([]);
    expect(flows.payment(id)).toMatchObject({ stage: 'expired', conflicts: [] });
    expect(flows.payment(id).changes.at(-1)).toMatchObject({ stage: { from: 'authorized', to: 'expired' } });
    expect(JSON.stringify(flows.payment(id))).not.toContain('sealed');
  });

  test('is a doubt where Klarna placed the order and never said so', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'buy_and_tokenize');
    flows.shopper(id);
    flows.klarna.control.answers([
      { path: '/order', status: 503, applies: true },
      { path: '/order', status: 503, times: 100_000 },
    ]);
    await flows.pass(id, 3 * hours);
    restore();
    await flows.pass(id, 10 * minutes);
    expect(flows.orders(id)).toHaveLength(1);
    expect(flows.payment(id)).toMatchObject({ stage: 'authorized', conflicts: [{ doubt: 'order_id' }] });
    expect(reasons(id)).toContain('order_unclaimed');
  });

  test('waits while Klarna shows neither', async () => {
    const id = await unplaced(50 * minutes);
    answer('/payments/v1/', 503);
    await flows.pass(id, 60 * minutes);
    expect(flows.payment(id).stage).toBe('authorized');
    restore();
    await flows.pass(id, 70 * minutes);
    expect(flows.payment(id).stage).toBe('expired');
  });
});

test('an authorization that nobody uses is discarded after an hour', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'tokenize');
  flows.shopper(id);
  flows.forward(3 * minutes);
  answer('/customer-token', 503);
  await flows.run(id);
  expect(flows.payment(id).facts.authorizations).toMatchObject([{ sealed: expect.any(String) }]);
  flows.forward(60 * minutes);
  await flows.run(id);
  restore();
  expect(flows.payment(id).facts.authorizations).toEqual([{ fingerprint: expect.any(String), at: expect.any(String) }]);
});
