import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTasks } from '../../../../lambdas/flows/tasks/run-tasks.ts';
import { type FlowHouse, startFlowHouse } from '../../../support/flow-dependencies.ts';
import { minutes, walk } from '../../../support/flow-walk.ts';
import { named } from '../../../support/reports.ts';

let house: FlowHouse;
let road: ReturnType<typeof walk>;
beforeAll(async () => {
  house = await startFlowHouse();
  road = walk(house);
});
afterAll(() => house.klarna.stop());

const asked = (path: string) =>
  house.klarna.log().filter((line) => 'method' in line && line.method === 'POST' && line.path.includes(path)).length;

describe('what was left open', () => {
  test('is taken up by one of those who find it at once: a customer token is not made twice', async () => {
    const id = named('lease');
    await road.create(id, 'tokenize');
    road.shopper(id);
    house.forward(3 * minutes);
    house.klarna.control.answers([{ path: '/customer-token', status: 503 }]);
    await runTasks(house.ports, id);
    house.forward(3 * minutes);
    await Promise.all(Array.from({ length: 5 }, () => runTasks(house.ports, id)));
    expect(asked('/customer-token')).toBe(2);
    expect(road.item(id).operations.at(-1)).toMatchObject({ kind: 'customer_token', result: { state: 'SUCCESS' } });
  });

  test('is taken up again when whoever took it up died', async () => {
    const id = named('lease-lost');
    await road.create(id, 'tokenize');
    road.shopper(id);
    house.forward(3 * minutes);
    house.klarna.control.answers([{ path: '/customer-token', status: 503 }]);
    await runTasks(house.ports, id);
    house.forward(3 * minutes);
    house.killAt(5);
    await runTasks(house.ports, id).catch(() => undefined);
    house.restart();
    await road.pass(id, 4 * minutes);
    expect(road.item(id).operations.at(-1)).toMatchObject({ kind: 'customer_token', result: { state: 'SUCCESS' } });
  });
});
