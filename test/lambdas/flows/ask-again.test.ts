import { describe, expect, test } from 'vitest';
import { minutes } from '../../../lambdas/payment/clocks.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';
import { startFlows } from '../../support/harness/flows.ts';

const flows = await startFlows('again');
const buyer = await flows.ordered();
const { control } = flows.klarna;

const capture = (id: PaymentId) => flows.operate(id, { kind: 'capture', key: 'k', request: { amount: 400 } });
const last = (id: PaymentId) => flows.payment(id).operations.at(-1);

/** A payment whose capture Klarna did not answer. */
async function unanswered(): Promise<PaymentId> {
  const id = await flows.ordered('authorize');
  control.answers([{ path: '/captures', status: 503, times: 3 }]);
  await capture(id);
  return id;
}

const refusal = { path: '/captures', status: 403, error_code: 'CAPTURE_NOT_ALLOWED' };

describe("a refusal of a merchant's repeat", () => {
  test('is not believed while the first attempt may still be at work, whose answer counts', async () => {
    const id = await unanswered();
    control.answers([refusal]);
    expect(await capture(id)).toMatchObject({ outcome: 'under_way' });
    expect(last(id)?.result).toBeUndefined();
    await flows.pass(id, 4 * minutes);
    expect(last(id)).toMatchObject({ kind: 'capture', result: { state: 'SUCCESS' } });
  });

  test('is believed once no attempt without an answer is recent, however often the merchant repeats', async () => {
    const id = await unanswered();
    control.answers([{ ...refusal, times: 9 }]);
    const outcomes: string[] = [];
    for (let n = 0; n < 3; n++) {
      flows.forward(0.6 * minutes);
      outcomes.push((await capture(id)).outcome);
    }
    control.clearAnswers();
    expect(outcomes).toEqual(['under_way', 'under_way', 'finished']);
    expect(last(id)).toMatchObject({ result: { pspStatus: 'CAPTURE_NOT_ALLOWED' } });
  });

  test('is not believed soon after another repeat had no answer; no task repeats it meanwhile', async () => {
    const id = await unanswered();
    flows.forward(1.4 * minutes);
    control.answers([{ path: '/captures', hang: true, times: 3 }, refusal]);
    await capture(id);
    flows.forward(0.5 * minutes);
    expect((await flows.run(id)).completed).not.toContain('finish operation');
    expect(await capture(id)).toMatchObject({ outcome: 'under_way' });
  });
});

test('the refusal of a first attempt is believed at once', async () => {
  const id = await flows.ordered('authorize');
  control.answers([refusal]);
  expect(await capture(id)).toMatchObject({ outcome: 'finished', operation: { result: { state: 'ERROR' } } });
});

test('a charge is not refused by a repeat while its first attempt may be at work', async () => {
  const id = flows.newPayment();
  control.answers([
    { path: '/customer-token/', status: 503, applies: true },
    { path: '/customer-token/', status: 503, times: 2 },
    { path: '/customer-token/', status: 403, error_code: 'PAYMENT_METHOD_FAILED' },
  ]);
  await flows.charge({ payment: id, buyer });
  expect(await flows.charge({ payment: id, buyer })).toMatchObject({ outcome: 'under_way' });
  expect(flows.payment(id).stage).toBe('created');
  await flows.pass(id, 4 * minutes);
  expect(flows.payment(id)).toMatchObject({ stage: 'ordered', operations: [{ result: { state: 'SUCCESS' } }] });
  expect(flows.orders(id)).toHaveLength(1);
});

test('an interrupted charge is refused by a task, which comes later', async () => {
  const id = flows.newPayment();
  control.answers([
    { path: '/customer-token/', status: 503, times: 3 },
    { path: '/customer-token/', status: 403, error_code: 'PAYMENT_METHOD_FAILED' },
  ]);
  await flows.charge({ payment: id, buyer });
  await flows.pass(id, 4 * minutes);
  expect(flows.payment(id)).toMatchObject({ stage: 'rejected' });
});

test('a payment is not refused by a repeat while its first attempt may be at work', async () => {
  const id = flows.newPayment();
  control.answers([
    { path: '/payments/v1/sessions', status: 503, times: 3 },
    { path: '/payments/v1/sessions', status: 400, error_code: 'BAD_VALUE', times: 2 },
  ]);
  await expect(flows.create(id, 'authorize')).rejects.toMatchObject({ kind: 'unavailable' });
  await expect(flows.create(id, 'authorize')).rejects.toMatchObject({ kind: 'unavailable', code: 'BAD_VALUE' });
  flows.forward(2 * minutes);
  expect(await flows.create(id, 'authorize')).toMatchObject({ outcome: 'refused' });
});
