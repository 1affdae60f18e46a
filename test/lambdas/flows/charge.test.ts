import { expect, test } from 'vitest';
import { startFlows } from '../../support/harness/flows.ts';

const flows = await startFlows('charge');
const buyer = await flows.ordered();

test('a charge reads the payment once and saves it twice: claimed, then answered', async () => {
  const id = flows.newPayment();
  flows.storeCalls.length = 0;
  expect(await flows.charge({ payment: id, buyer })).toMatchObject({
    outcome: 'finished',
    payment: { stage: 'ordered', request: { flow: 'charge', amount: 10_000 } },
    operation: { kind: 'charge', amount: 10_000, result: { state: 'SUCCESS' } },
  });
  expect(flows.storeCalls).toEqual(['find', 'save', 'save']);
  expect(flows.orders(id)).toHaveLength(1);
  expect(flows.keptRequests(id)).toEqual([]);
});

test('a repeat of an answered charge reads the payment once and saves nothing', async () => {
  const id = flows.newPayment();
  await flows.charge({ payment: id, buyer });
  flows.storeCalls.length = 0;
  expect(await flows.charge({ payment: id, buyer })).toMatchObject({ outcome: 'finished' });
  expect(flows.storeCalls).toEqual(['find']);
  expect(flows.orders(id)).toHaveLength(1);
});

test('a charge that Klarna refuses without the customer ends the payment', async () => {
  const id = flows.newPayment();
  flows.klarna.control.answers([{ path: '/customer-token/', status: 403, error_code: 'PAYMENT_METHOD_FAILED' }]);
  expect(await flows.charge({ payment: id, buyer })).toMatchObject({
    outcome: 'finished',
    error: { code: 'PAYMENT_METHOD_FAILED' },
    operation: { result: { state: 'ERROR' } },
  });
  expect(flows.payment(id)).toMatchObject({ stage: 'rejected' });
});
