import { describe, expect, test } from 'vitest';
import { runTasks } from '../../lambdas/flows/tasks/run-tasks.ts';
import { hours, minutes, onTheRoad } from '../support/flow-walk.ts';
import type { named } from '../support/reports.ts';

const { house, road, fresh } = await onTheRoad('unnamed');
const orderOf = (id: ReturnType<typeof named>) => road.item(id).operations.find(({ kind }) => kind === 'order');

describe('an order that Klarna made and that nobody can name', () => {
  test('is told to somebody: its token died before its answer was heard', async () => {
    const id = fresh();
    await road.create(id, 'buy_and_tokenize');
    road.shopper(id);
    house.klarna.control.answers([
      { path: '/order', status: 503, applies: true },
      { path: '/order', status: 503, times: 2 },
    ]);
    house.forward(3 * minutes);
    expect(await runTasks(house.ports, id)).toMatchObject({ failed: { kind: 'place order' } });
    house.forward(2 * hours);
    expect(await runTasks(house.ports, id)).toMatchObject({ conflicts: 1 });
    expect(road.orders(id)).toHaveLength(1);
    expect(orderOf(id)).toMatchObject({ result: { state: 'ERROR' } });
    expect(road.item(id)).toMatchObject({ stage: 'authorized', conflicts: [{ doubt: 'order_id' }] });
  });
});

describe('a token that Klarna refuses with', () => {
  test.each([{ status: 409, error_code: 'BAD_VALUE' }])(
    '$status $error_code while its session has no order makes none, and the payment has come to its end',
    async (no) => {
      const id = fresh();
      await road.create(id, 'buy_and_tokenize');
      road.shopper(id);
      house.klarna.control.answers([{ path: '/order', ...no }]);
      await road.pass(id, 4 * minutes);
      expect(road.orders(id)).toEqual([]);
      expect(road.item(id)).toMatchObject({ stage: 'rejected', conflicts: [] });
      expect(JSON.stringify(road.item(id))).not.toContain('sealed');
    },
  );

  test.each([
    { status: 409, error_code: 'BAD_VALUE' },
    { status: 404, error_code: 'SESSION_COMPLETED' },
    { status: 403, error_code: 'INVALID_OPERATION' },
  ])('$status $error_code while its session has an order is not the end of it', async (no) => {
    const id = fresh();
    await road.create(id, 'buy_and_tokenize');
    road.shopper(id);
    house.klarna.control.answers([{ path: '/order', ...no, applies: true }]);
    await road.pass(id, 4 * minutes);
    expect(road.item(id)).toMatchObject({ stage: 'authorized', conflicts: [{ doubt: 'order_id' }] });
  });
});
