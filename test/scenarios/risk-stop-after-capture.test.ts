import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from '../../lambdas/payment/record.ts';
import { type FlowHouse, startFlowHouse } from '../support/flow-dependencies.ts';
import { minutes, walk } from '../support/flow-walk.ts';
import { hints, named } from '../support/reports.ts';

let house: FlowHouse;
let road: ReturnType<typeof walk>;
beforeAll(async () => {
  house = await startFlowHouse();
  road = walk(house);
});
afterAll(() => house.klarna.stop());

test('a risk stop after the capture is published once, and the refund that follows is learned', async () => {
  const id = named('stopped');
  await road.create(id, 'authorize');
  road.shopper(id);
  await road.pass(id, 4 * minutes);
  await road.operate(id, { kind: 'capture', key: 'k', request: {} });
  const order_id = road.orders(id)[0]?.order_id ?? expect.fail();
  house.klarna.control.risk(order_id, 'stop');
  const observedAt = house.ports.now().toISOString();
  await record(house.ports.store, id, { ...hints('order', 0, order_id), at: observedAt, observedAt });
  await road.pass(id, 4 * minutes);
  expect(road.item(id)).toMatchObject({ stage: 'captured', order: { fraud_status: 'REJECTED' }, conflicts: [] });
  const stops = road.item(id).changes.filter(({ pspStatus }) => pspStatus === 'REJECTED');
  expect(stops).toMatchObject([{ stage: { from: 'captured', to: 'captured' }, state: 'ERROR', code: 'FAILED' }]);
  await road.operate(id, { kind: 'refund', key: 'k', request: {} });
  expect(road.item(id)).toMatchObject({ stage: 'refunded', order: { refunded_amount: 10_000 }, conflicts: [] });
});
