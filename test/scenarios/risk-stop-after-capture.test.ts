import { expect, test } from 'vitest';
import { minutes } from '../../lambdas/payment/clocks.ts';
import { record } from '../../lambdas/payment/record.ts';
import { readHint } from '../support/builders/reports.ts';
import { startFlows } from '../support/harness/flows.ts';

const flows = await startFlows('risk-stop');

test('a risk stop after the capture is published once, and the refund after it is recorded', async () => {
  const id = await flows.ordered('authorize');
  await flows.operate(id, { kind: 'capture', key: 'k', request: {} });
  const order_id = flows.orders(id)[0]?.order_id ?? expect.fail();
  flows.klarna.control.risk(order_id, 'stop');
  const observedAt = flows.ports.now().toISOString();
  await record(flows.ports.store, id, { ...readHint('order', 0, order_id), at: observedAt, observedAt });
  await flows.pass(id, 4 * minutes);
  expect(flows.payment(id)).toMatchObject({ stage: 'captured', order: { fraud_status: 'REJECTED' }, conflicts: [] });
  const stops = flows.payment(id).changes.filter(({ pspStatus }) => pspStatus === 'REJECTED');
  expect(stops).toMatchObject([{ stage: { from: 'captured', to: 'captured' }, state: 'ERROR', code: 'FAILED' }]);
  await flows.operate(id, { kind: 'refund', key: 'k', request: {} });
  expect(flows.payment(id)).toMatchObject({ stage: 'refunded', order: { refunded_amount: 10_000 }, conflicts: [] });
});
