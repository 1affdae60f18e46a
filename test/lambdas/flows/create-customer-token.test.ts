import { describe, expect, test } from 'vitest';
import { minutes } from '../../../lambdas/payment/clocks.ts';
import { startFlows } from '../../support/harness/flows.ts';

const flows = await startFlows('customer-token');

/** Klarna answers 503 on this path until `restore`. */
const fail = (path: string) => flows.klarna.control.answers([{ path, status: 503, times: 10_000 }]);
const restore = () => flows.klarna.control.clearAnswers();

test('an order does not wait for a customer token that Klarna cannot make', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'buy_and_tokenize');
  flows.shopper(id);
  fail('/customer-token');
  await flows.pass(id, 56 * minutes);
  restore();
  expect(flows.orders(id)).toHaveLength(1);
  expect(flows.payment(id)).toMatchObject({ stage: 'ordered' });
  expect(flows.payment(id).operations.map(({ kind, result }) => `${kind} ${result?.pspStatus}`)).toEqual([
    'session CREATE',
    'customer_token UNKNOWN_RESPONSE',
    'order SUCCESS',
  ]);
});

describe('a payment that only asks for a customer token', () => {
  test('requests it until the authorization expires', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'tokenize');
    flows.shopper(id);
    fail('/customer-token');
    await flows.pass(id, 52 * minutes);
    restore();
    await flows.pass(id, 6 * minutes);
    expect(flows.payment(id).operations.at(-1)).toMatchObject({ kind: 'customer_token', result: { state: 'SUCCESS' } });
  });

  test('ends when Klarna refuses the token', async () => {
    const id = flows.newPayment();
    await flows.create(id, 'tokenize');
    flows.shopper(id);
    flows.klarna.control.answers([{ path: '/customer-token', status: 403, error_code: 'NOT_ALLOWED' }]);
    await flows.pass(id, 4 * minutes);
    expect(flows.payment(id)).toMatchObject({ stage: 'rejected' });
    expect(JSON.stringify(flows.payment(id))).not.toContain('sealed');
  });
});
