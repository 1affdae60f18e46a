import { describe, expect, test } from 'vitest';
import type { RunDueTasksDependencies } from '../../../lambdas/dependencies/run-due-tasks.ts';
import { runDueTasks } from '../../../lambdas/handlers/run-due-tasks.ts';
import type { LogEntry } from '../../../lambdas/logging/logger.ts';
import { minutes } from '../../../lambdas/payment/clocks.ts';
import type { PaymentId } from '../../../lambdas/payment/payment-id.ts';
import type { PaymentStore } from '../../../lambdas/payment/record.ts';
import { applyAll, minute, paymentIdOf, stageReport, tokenFacts } from '../../support/builders/reports.ts';
import { startFlows } from '../../support/harness/flows.ts';
import { memoryStore } from '../../support/harness/memory-store.ts';

const twoMinutesLeft = { getRemainingTimeInMillis: () => 120_000 };

/** Dependencies whose payments only have an expired token to discard; those in `broken` cannot be read. */
function withExpiredTokens(count: number, { broken = [] as string[] } = {}) {
  const { store, payments } = memoryStore();
  const entries: LogEntry[] = [];
  const found: string[] = [];
  for (const id of Array.from({ length: count }, (_, n) => paymentIdOf(`p-${n}`))) {
    const { payment } = applyAll(stageReport('rejected', 1, tokenFacts('t', 1)));
    payments.set(id, { ...payment, id, confirmation: { sequence: 9, at: minute(1) } });
  }
  const dependencies: Pick<RunDueTasksDependencies, 'store' | 'due' | 'logger' | 'now' | 'random'> = {
    now: () => new Date(minute(600)),
    random: () => 0,
    logger: (entry) => void entries.push(entry),
    due: async ({ most }) =>
      [...payments.values()]
        .filter(({ facts }) => facts.authorizations?.[0]?.sealed)
        .map(({ id }) => id)
        .slice(0, most),
    store: {
      ...store,
      find: async (id) => {
        found.push(id);
        if (broken.includes(id)) throw new Error('unreadable');
        return store.find(id);
      },
    },
  };
  return {
    run: runDueTasks(dependencies as RunDueTasksDependencies),
    /** The payments that were read, in order. */
    found,
    entries,
    due: () => dependencies.due({ now: dependencies.now(), most: 9999 }),
  };
}

describe('a run from the schedule', () => {
  test('runs all due tasks, however many there are', async () => {
    const { run, due } = withExpiredTokens(1200);
    expect(await run({ scheduled: true }, twoMinutesLeft)).toEqual({ batchItemFailures: [] });
    expect(await due()).toEqual([]);
  });

  test('runs all other tasks when some payments can be neither read nor postponed, and tries those once', async () => {
    const broken = ['p-0', 'p-3', 'p-4'];
    const { run, due, found, entries } = withExpiredTokens(40, { broken });
    await run({ scheduled: true }, twoMinutesLeft);
    expect(await due()).toEqual(broken);
    expect(found.filter((id) => id === 'p-3')).toHaveLength(1);
    const failed = entries.filter(({ metrics }) => metrics?.TasksFailed);
    expect(failed.map(({ fields }) => fields?.payment).toSorted()).toEqual(broken);
    expect(failed[0]).toMatchObject({ level: 'error', fields: { reason: 'unreadable' } });
  });

  test('starts nothing more shortly before the next run starts', async () => {
    let left = 120_000;
    const { run, found } = withExpiredTokens(40);
    await run({ scheduled: true }, { getRemainingTimeInMillis: () => (left -= 5000) });
    expect(new Set(found).size).toBeGreaterThan(5);
    expect(new Set(found).size).toBeLessThan(20);
  });
});

test('a row of the stream starts the tasks of its own payment alone', async () => {
  const { run, found } = withExpiredTokens(5);
  const record = (id: string) => ({ dynamodb: { Keys: { id: { S: id } } } });
  await run({ Records: [record('p-2'), record('p-2'), record('not a payment')] }, twoMinutesLeft);
  expect(new Set(found)).toEqual(new Set(['p-2']));
});

const flows = await startFlows('due');

/** Runs the due tasks of these payments and returns the log entries. */
async function runFor(ids: PaymentId[], replaced: Partial<RunDueTasksDependencies> = {}): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  const logger = (entry: LogEntry) => void entries.push(entry);
  const run = runDueTasks({ ...flows.ports, due: async () => ids, logger, ...replaced });
  await run({ scheduled: true }, twoMinutesLeft);
  return entries;
}

async function approved(): Promise<PaymentId> {
  const id = flows.newPayment();
  await flows.create(id, 'buy_and_tokenize');
  flows.shopper(id);
  return id;
}

/** A payment that its shopper approved three minutes ago: the session is to be read and the order to be placed. */
async function approvedAndDue(): Promise<PaymentId> {
  const id = await approved();
  flows.forward(3 * minutes);
  return id;
}

describe('a payment that fails keeps no other payment waiting', () => {
  test.each([
    [
      'read',
      (store: PaymentStore, bad: string): PaymentStore => ({
        ...store,
        find: async (id) => (id === bad ? Promise.reject(new Error('unreadable')) : store.find(id)),
      }),
    ],
    [
      'saved',
      (store: PaymentStore, bad: string): PaymentStore => ({
        ...store,
        find: (id) => store.find(id),
        save: async (payment) => (payment.id === bad ? Promise.reject(new Error('too large')) : store.save(payment)),
      }),
    ],
  ] as const)('when it cannot be %s', async (_, broken) => {
    const bad = await approved();
    const others = await Promise.all(Array.from({ length: 8 }, approved));
    flows.forward(3 * minutes);
    const entries = await runFor([bad, ...others], { store: broken(flows.ports.store, bad) });
    expect(others.map((id) => flows.payment(id).stage)).toEqual(others.map(() => 'ordered'));
    expect(entries).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ payment: bad }) }),
    );
  });
});

test('a payment whose tasks fail six times in a row counts as stuck', async () => {
  const id = flows.newPayment();
  await flows.create(id, 'authorize');
  flows.klarna.control.answers([{ path: '/hpp/', status: 503, times: 10_000 }]);
  const stuck: number[] = [];
  for (let minute = 0; minute < 60; minute += 5) {
    flows.forward(5 * minutes);
    stuck.push((await runFor([id])).filter(({ metrics }) => metrics?.TasksStuck === 1).length);
  }
  flows.klarna.control.clearAnswers();
  expect(stuck.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(stuck).toContain(1);
});

test('an operation that a task finishes and Klarna refuses counts like one that a merchant requested', async () => {
  const id = await approvedAndDue();
  flows.klarna.control.answers([{ path: '/customer-token', status: 403, error_code: 'NOT_ALLOWED' }]);
  const entries = await runFor([id]);
  expect(entries.filter(({ message }) => message === 'tasks')).toMatchObject([
    { metrics: { OperationsFailed: 1, OrdersPlaced: 1 } },
  ]);
});

test('an order that Klarna refuses is not counted as placed', async () => {
  const id = await approvedAndDue();
  flows.klarna.control.answers([{ path: '/order', status: 403, error_code: 'NOT_ALLOWED' }]);
  const entries = await runFor([id]);
  expect(entries.filter(({ message }) => message === 'tasks')).toMatchObject([
    { fields: { completed: expect.stringContaining('place order') }, metrics: { OperationsFailed: 1 } },
  ]);
  for (const { metrics } of entries) expect(metrics).not.toHaveProperty('OrdersPlaced');
});

test('an order that a later run finds is counted as placed', async () => {
  const id = await approvedAndDue();
  flows.klarna.control.answers([{ path: '/order', hang: true, times: 3 }]);
  const lost = await runFor([id]);
  flows.forward(10 * minutes);
  flows.klarna.control.clearAnswers();
  const found = await runFor([id]);
  const placed = (entries: LogEntry[]) => entries.reduce((sum, { metrics }) => sum + (metrics?.OrdersPlaced ?? 0), 0);
  expect([placed(lost), placed(found)]).toEqual([0, 1]);
});

test('text that a parser could not read stays out of the log', async () => {
  const id = await approvedAndDue();
  const entries = await runFor([id], { openRequest: async () => JSON.parse('born 1987-08-15') });
  expect(entries).toContainEqual(expect.objectContaining({ level: 'warn' }));
  expect(JSON.stringify(entries)).not.toContain('1987');
});
