import { expect, test } from 'vitest';
import { minutes } from '../../../../lambdas/payment/clocks.ts';
import { startFlows } from '../../../support/harness/flows.ts';

const flows = await startFlows('interrupted');

/** A customer token that was requested from Klarna, whose answer never arrived. */
async function interrupted() {
  const id = flows.newPayment();
  await flows.create(id, 'tokenize');
  flows.shopper(id);
  flows.forward(3 * minutes);
  flows.klarna.control.answers([{ path: '/customer-token', status: 503 }]);
  await flows.run(id);
  flows.forward(3 * minutes);
  return id;
}

const tokenRequests = () =>
  flows.klarna
    .log()
    .filter((entry) => 'method' in entry && entry.method === 'POST' && entry.path.includes('/customer-token')).length;

test('one of five runs at once resumes an interrupted operation: the customer token is not made twice', async () => {
  const id = await interrupted();
  const before = tokenRequests();
  await Promise.all(Array.from({ length: 5 }, () => flows.run(id)));
  expect(tokenRequests()).toBe(before + 1);
  expect(flows.payment(id).operations.at(-1)).toMatchObject({ kind: 'customer_token', result: { state: 'SUCCESS' } });
});

test('an operation is resumed again if the process that resumed it died', async () => {
  const id = await interrupted();
  flows.killAt(5);
  await flows.run(id).catch(() => undefined);
  flows.restart();
  await flows.pass(id, 4 * minutes);
  expect(flows.payment(id).operations.at(-1)).toMatchObject({ kind: 'customer_token', result: { state: 'SUCCESS' } });
});
