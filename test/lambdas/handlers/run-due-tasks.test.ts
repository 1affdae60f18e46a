import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDueTasks } from '../../../lambdas/handlers/run-due-tasks.ts';
import type { LogEntry } from '../../../lambdas/logging/logger.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';

import { type FlowHouse, startFlowHouse } from '../../support/flow-dependencies.ts';
import { minutes, walk } from '../../support/flow-walk.ts';
import { named } from '../../support/reports.ts';

let house: FlowHouse;
let road: ReturnType<typeof walk>;
beforeAll(async () => {
  house = await startFlowHouse();
  road = walk(house);
});
afterAll(() => house.klarna.stop());

const lines: LogEntry[] = [];

const wake = (ids: PaymentId[], ports: Partial<FlowHouse['ports']> = {}) => {
  lines.length = 0;
  const all = { ...house.ports, ...ports, due: async () => ids, logger: (entry: LogEntry) => void lines.push(entry) };
  return runDueTasks(all)({ scheduled: true }, { getRemainingTimeInMillis: () => 120_000 });
};

async function paid(name: string): Promise<PaymentId> {
  const id = named(name);
  await road.create(id, 'buy_and_tokenize');
  road.shopper(id);
  return id;
}

describe('a payment that cannot even be read or put off', () => {
  test.each([
    [
      'read',
      (store: FlowHouse['ports']['store'], bad: string): FlowHouse['ports']['store'] => ({
        ...store,
        find: async (id) => (id === bad ? Promise.reject(new Error('unreadable')) : store.find(id)),
      }),
    ],
    [
      'saved',
      (store: FlowHouse['ports']['store'], bad: string): FlowHouse['ports']['store'] => ({
        ...store,
        find: (id) => store.find(id),
        save: async (payment) => (payment.id === bad ? Promise.reject(new Error('too large')) : store.save(payment)),
      }),
    ],
  ] as const)('keeps nobody else from what is owed to them: it cannot be %s', async (how, broken) => {
    const bad = await paid(`poison-${how}`);
    const others = await Promise.all(Array.from({ length: 8 }, (_, n) => paid(`after-poison-${how}-${n}`)));
    house.forward(3 * minutes);
    await wake([bad, ...others], { store: broken(house.ports.store, bad) });
    expect(others.map((id) => road.item(id).stage)).toEqual(others.map(() => 'ordered'));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ payment: bad }) }),
    );
  });
});

test('what keeps failing for half an hour is told to somebody, though it is one payment', async () => {
  const id = named('stuck');
  await road.create(id, 'authorize');
  house.klarna.control.answers([{ path: '/hpp/', status: 503, times: 10_000 }]);
  const stuck: number[] = [];
  for (let minute = 0; minute < 60; minute += 5) {
    house.forward(5 * minutes);
    await wake([id]);
    stuck.push(lines.filter(({ metrics }) => metrics?.TasksStuck === 1).length);
  }
  house.klarna.control.clearAnswers();
  expect(stuck.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(stuck).toContain(1);
});

test('an operation that duty finishes and Klarna refuses is counted as one that the merchant waited for', async () => {
  const id = await paid('refused');
  house.forward(3 * minutes);
  house.klarna.control.answers([{ path: '/customer-token', status: 403, error_code: 'NOT_ALLOWED' }]);
  await wake([id]);
  expect(lines.filter(({ message }) => message === 'tasks')).toMatchObject([
    { metrics: { OperationsFailed: 1, OrdersPlaced: 1 } },
  ]);
});

test('what a parser says of a request that it could not read stays out of the log', async () => {
  const id = await paid('unparsable');
  house.forward(3 * minutes);
  const openRequest = async () => JSON.parse('born 1987-08-15');
  await wake([id], { openRequest });
  expect(lines).toContainEqual(expect.objectContaining({ level: 'warn' }));
  expect(JSON.stringify(lines)).not.toContain('1987');
});
