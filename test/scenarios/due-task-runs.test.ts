import { describe, expect, test } from 'vitest';
import type { RunDueTasksDependencies } from '../../lambdas/dependencies/run-due-tasks.ts';
import type { TaskRun } from '../../lambdas/flows/tasks/run-tasks.ts';
import { runDueTasks } from '../../lambdas/handlers/run-due-tasks.ts';
import { jsonLogger } from '../../lambdas/logging/logger.ts';
import { taskRunEntries } from '../../lambdas/logging/task-entries.ts';
import { withWarnings } from '../../lambdas/payment/attention.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import { minute, named, reaches, says, token, told } from '../support/reports.ts';

const now = () => new Date(minute(600));
const plenty = { getRemainingTimeInMillis: () => 120_000 };

/** A house whose payments owe nothing but to be forgotten; `broken` ones cannot even be read. */
function houseOf(due: string[], { broken = [] as string[] } = {}) {
  const lines: string[] = [];
  const looked: string[] = [];
  const payments = new Map<string, Payment>();
  for (const id of due) {
    const { payment } = told(reaches('rejected', 1, token('t', 1)));
    payments.set(id, { ...payment, id: named(id), confirmation: { sequence: 9, at: minute(1) } });
  }
  const house: Pick<RunDueTasksDependencies, 'store' | 'due' | 'logger' | 'now' | 'random'> = {
    now,
    random: () => 0,
    logger: jsonLogger({ relay: 'test', now, write: (line) => lines.push(line) }),
    due: async ({ most }) =>
      [...payments]
        .filter(([, { facts }]) => facts.authorizations?.[0]?.sealed)
        .map(([id]) => id)
        .slice(0, most),
    store: {
      find: async (id) => {
        looked.push(id);
        if (broken.includes(id)) throw new Error('unreadable');
        return payments.get(id);
      },
      save: async (payment) => {
        const saved = { ...payment, version: payment.version + 1 };
        payments.set(payment.id, saved);
        return { saved };
      },
    },
  };
  const advance = runDueTasks(house as RunDueTasksDependencies);
  return {
    advance,
    looked,
    lines: () => lines.map((line) => JSON.parse(line)),
    left: () => house.due({ now: now(), most: 9999 }),
  };
}

const many = (count: number) => Array.from({ length: count }, (_, n) => `p-${n}`);

describe('a run from the schedule', () => {
  test('does what is due until nothing is, however many there are', async () => {
    const { advance, left } = houseOf(many(1200));
    expect(await advance({ scheduled: true }, plenty)).toEqual({ batchItemFailures: [] });
    expect(await left()).toEqual([]);
  });

  test('does all others when some can be neither done nor put off, and meets those once', async () => {
    const broken = ['p-0', 'p-3', 'p-4'];
    const { advance, left, looked, lines } = houseOf(many(40), { broken });
    await advance({ scheduled: true }, plenty);
    expect(await left()).toEqual(broken);
    expect(looked.filter((id) => id === 'p-3')).toHaveLength(1);
    const failed = lines().filter(({ TasksFailed }) => TasksFailed);
    expect(failed.map(({ payment }) => payment).toSorted()).toEqual(broken);
    expect(failed[0]).toMatchObject({ level: 'error', reason: 'unreadable' });
  });

  test('begins nothing more when the next one is about to be woken', async () => {
    let left = 120_000;
    const { advance, looked } = houseOf(many(40));
    await advance({ scheduled: true }, { getRemainingTimeInMillis: () => (left -= 5000) });
    expect(new Set(looked).size).toBeGreaterThan(5);
    expect(new Set(looked).size).toBeLessThan(20);
  });
});

test('a row of the stream wakes its own payment alone', async () => {
  const { advance, looked } = houseOf(many(5));
  const record = (id: string) => ({ dynamodb: { Keys: { id: { S: id } } } });
  await advance({ Records: [record('p-2'), record('p-2'), record('not a payment')] }, plenty);
  expect(new Set(looked)).toEqual(new Set(['p-2']));
});

describe('the log of what was owed', () => {
  const nothing = { payment: named('order-1'), completed: [], conflicts: 0, refusals: 0, missed: [], warnings: [] };
  const linesOf = (advanced: Partial<TaskRun>) => {
    const lines: string[] = [];
    const log = jsonLogger({ relay: 'test', now, write: (line) => lines.push(line) });
    for (const entry of taskRunEntries({ ...nothing, ...advanced })) log(entry);
    return lines.map((line) => JSON.parse(line));
  };

  test('is silent when there was nothing to do', () => {
    expect(linesOf({})).toEqual([]);
    expect(linesOf({ republication: { published: 0 } })).toEqual([]);
  });

  test('counts what was learned by reading, and how late where Klarna tells the time', () => {
    const read = { observedVia: 'session_read' } as const;
    const [change] = told({ ...says('COMPLETED', 1), source: 'session_read' }).payment.changes;
    const learned = change ? [change, { ...change, observedVia: 'order_read' as const }] : [];
    const [byClock, byOrder] = linesOf({ missed: learned });
    expect(byClock).toMatchObject({ message: 'missed callback', payment: 'order-1', word: 'COMPLETED' });
    expect(byClock).toMatchObject({ via: read.observedVia, LearnedByReading: 1, ReadDelayMs: 60_000 });
    expect(byOrder).toMatchObject({ LearnedByReading: 1 });
    expect(byOrder).not.toHaveProperty('ReadDelayMs');
  });

  test('counts each warning by its reason', () => {
    const { payment } = told(reaches('authorized', 1, token('tell-no-one', 1)));
    const [line] = linesOf({
      warnings: withWarnings(payment, minute(99)).changes.filter(({ attention }) => attention),
    });
    expect(line).toMatchObject({
      level: 'warn',
      message: 'attention needed',
      reason: 'authorization_expiring',
      deadline: minute(61),
      AuthorizationsExpiring: 1,
    });
    expect(JSON.stringify(line)).not.toContain('tell-no-one');
  });

  test('counts what the stream had lost, and what the bus still refuses', () => {
    expect(linesOf({ republication: { published: 2, refused: 'ThrottlingException' } })).toMatchObject([
      {
        level: 'error',
        message: 'republished',
        payment: 'order-1',
        Republished: 2,
        Refused: 1,
        reason: 'ThrottlingException',
      },
    ]);
  });
});
