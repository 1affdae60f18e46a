import { describe, expect, test } from 'vitest';
import { runTasks } from '../../lambdas/flows/tasks/run-tasks.ts';
import { record } from '../../lambdas/payment/record.ts';
import { minutes, onTheRoad } from '../support/flow-walk.ts';
import { hints } from '../support/reports.ts';

const { house, road, fresh } = await onTheRoad('word');

/** What stands between us and Klarna's word on a payment: credentials that ended, a proxy, a login page, the wrong region. */
const strangers = [
  { status: 401 },
  { status: 403, body: {} },
  { status: 302, body: {} },
  { status: 404 },
  { status: 400 },
];

describe('an answer that says nothing about a session', () => {
  test.each(strangers)('leaves the payment open: %j', async (answer) => {
    const id = fresh();
    await road.create(id, 'authorize');
    house.forward(3 * minutes);
    house.klarna.control.answers([{ ...answer, path: '/sessions/', times: 2 }]);
    expect((await runTasks(house.ports, id)).failed?.kind).toBe('read session');
    road.shopper(id);
    await road.pass(id, 20 * minutes);
    expect(road.item(id)).toMatchObject({ stage: 'ordered', conflicts: [] });
  });
});

describe('an answer that says nothing about a capture', () => {
  test.each(strangers.slice(0, 3))('leaves it open until Klarna says what became of it: %j', async (answer) => {
    const id = fresh();
    await road.create(id, 'authorize');
    road.shopper(id);
    await road.pass(id, 4 * minutes);
    house.klarna.control.answers([
      { path: '/captures', status: 503, applies: true, times: 1 },
      { path: '/captures', ...answer, times: 1 },
    ]);
    const asked = { kind: 'capture', key: 'k', request: { amount: 400 } } as const;
    expect(await road.operate(id, asked)).toMatchObject({ outcome: 'under_way' });
    await road.pass(id, 4 * minutes);
    expect(road.item(id).operations.at(-1)).toMatchObject({ kind: 'capture', result: { state: 'SUCCESS' } });
    expect(road.item(id)).toMatchObject({ order: { captured_amount: 400 } });
  });
});

describe('an order that cannot be compared before money moves', () => {
  test('is not captured', async () => {
    const id = fresh();
    await road.create(id, 'authorize');
    road.shopper(id);
    await road.pass(id, 4 * minutes);
    house.klarna.control.answers([{ path: '/ordermanagement/', status: 403, error_code: 'PERMISSION_DENIED' }]);
    const asked = { kind: 'capture', key: 'k', request: { amount: 400 } } as const;
    await expect(road.operate(id, asked)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(road.orders(id)[0]?.captures).toEqual([]);
    expect(await road.operate(id, asked)).toMatchObject({ operation: { result: { state: 'SUCCESS' } } });
  });
});

describe('a session that has come to its end', () => {
  test('may be forgotten by Klarna before its time', async () => {
    const id = fresh();
    await road.create(id, 'authorize');
    road.shopper(id, 'cancel');
    await road.pass(id, 4 * minutes);
    const observedAt = house.ports.now().toISOString();
    await record(house.ports.store, id, { ...hints('session', 0), at: observedAt, observedAt });
    house.klarna.control.answers([{ path: '/hpp/', status: 404 }]);
    expect(await runTasks(house.ports, id)).not.toHaveProperty('failed');
    expect(road.item(id)).toMatchObject({ stage: 'cancelled', session: { word: 'CANCELLED' } });
  });
});
