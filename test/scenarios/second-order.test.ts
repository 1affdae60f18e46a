import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTasks } from '../../lambdas/flows/tasks/run-tasks.ts';
import type { PaymentId } from '../../lambdas/payment/payment-id.ts';

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

async function ordered(name: string): Promise<PaymentId> {
  const id = named(name);
  await road.create(id, 'buy_and_tokenize');
  road.shopper(id);
  await road.pass(id, 4 * minutes);
  return id;
}

async function pushed(id: PaymentId, order_id: string): Promise<void> {
  house.forward(minutes);
  const observedAt = house.ports.now().toISOString();
  await record(house.ports.store, id, {
    ...hints('order', 0, order_id),
    id: `push ${order_id}`,
    at: observedAt,
    observedAt,
  });
}

describe('a push that names another order than the one we know', () => {
  test('is told to somebody when Klarna shows that it is for this payment too', async () => {
    const [id, other] = [await ordered('twice'), await ordered('twice-other')];
    const second = road.orders(other)[0] ?? expect.fail();
    second.purchase.merchant_reference2 = id;
    await pushed(id, second.order_id);
    expect(await runTasks(house.ports, id)).toMatchObject({ conflicts: 1 });
    expect(road.item(id).conflicts).toMatchObject([{ facts: { order_id: second.order_id } }]);
    house.forward(minutes);
    expect(await runTasks(house.ports, id)).toMatchObject({ completed: [] });
  });

  test('is forgotten when that order is for another payment, or is not there', async () => {
    const [id, other] = [await ordered('once'), await ordered('once-other')];
    await pushed(id, road.orders(other)[0]?.order_id ?? '');
    expect(await runTasks(house.ports, id)).not.toHaveProperty('failed');
    await pushed(id, 'nobody-knows');
    expect(await runTasks(house.ports, id)).not.toHaveProperty('failed');
    expect(road.item(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
  });
});
