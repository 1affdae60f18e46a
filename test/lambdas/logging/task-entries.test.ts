import { expect, test } from 'vitest';
import { emptyRun, type TaskRun } from '../../../lambdas/flows/tasks/run-tasks.ts';
import { jsonLogger } from '../../../lambdas/logging/logger.ts';
import { taskRunEntries } from '../../../lambdas/logging/task-entries.ts';
import { withWarnings } from '../../../lambdas/payment/tasks/attention.ts';
import {
  applyAll,
  minute,
  paymentIdOf,
  sessionUpdate,
  stageReport,
  tokenFacts,
} from '../../support/builders/reports.ts';

const nothing = emptyRun(paymentIdOf('order-1'));

/** The log of a run, entry by entry. */
function logOf(run: Partial<TaskRun>) {
  const written: string[] = [];
  const now = () => new Date(minute(600));
  const log = jsonLogger({ relay: 'test', now, write: (entry) => written.push(entry) });
  for (const entry of taskRunEntries({ ...nothing, ...run })) log(entry);
  return written.map((entry) => JSON.parse(entry));
}

test('a run without due tasks logs nothing', () => {
  expect(logOf({})).toEqual([]);
  expect(logOf({ republication: { published: 0 } })).toEqual([]);
});

test('a run counts its conflicts and refusals', () => {
  expect(logOf({ completed: ['read order'], conflicts: 2, refusals: 1 })).toMatchObject([
    { level: 'info', message: 'tasks', completed: 'read order', TasksDone: 1, Conflicts: 2, OperationsFailed: 1 },
  ]);
  const [quiet] = logOf({ completed: ['read order'] });
  for (const name of ['Conflicts', 'OperationsFailed', 'TasksFailed', 'TasksStuck', 'OrdersPlaced'])
    expect(quiet).not.toHaveProperty(name);
});

test('a failure is stuck from the sixth in a row on', () => {
  const failedTimes = (inARow: number) =>
    logOf({ failures: [{ kind: 'read order', error: new Error('no'), inARow }] })[0];
  expect(failedTimes(5)).toMatchObject({ level: 'warn', failed: 'read order', reason: 'no', TasksFailed: 1 });
  expect(failedTimes(5)).not.toHaveProperty('TasksStuck');
  expect(failedTimes(6)).toMatchObject({ level: 'error', TasksFailed: 1, TasksStuck: 1 });
});

test('each missed callback counts, with its delay where Klarna gives the time', () => {
  const [change] = applyAll({ ...sessionUpdate('COMPLETED', 1), source: 'session_read' }).payment.changes;
  const missed = change ? [change, { ...change, observedVia: 'order_read' as const }] : [];
  const [bySession, byOrder] = logOf({ missed });
  expect(bySession).toMatchObject({ message: 'missed callback', payment: 'order-1', word: 'COMPLETED' });
  expect(bySession).toMatchObject({ via: 'session_read', LearnedByReading: 1, ReadDelayMs: 60_000 });
  expect(byOrder).toMatchObject({ LearnedByReading: 1 });
  expect(byOrder).not.toHaveProperty('ReadDelayMs');
});

test('each warning counts by its reason, without its token', () => {
  const { payment } = applyAll(stageReport('authorized', 1, tokenFacts('tell-no-one', 1)));
  const warnings = withWarnings(payment, minute(99)).changes.filter(({ attention }) => attention);
  const [entry] = logOf({ warnings });
  expect(entry).toMatchObject({
    level: 'warn',
    message: 'attention needed',
    reason: 'authorization_expiring',
    deadline: minute(61),
    AuthorizationsExpiring: 1,
  });
  expect(JSON.stringify(entry)).not.toContain('sealed tell-no-one');
});

test('changes that the stream lost count, and the refusal of the bus', () => {
  expect(logOf({ republication: { published: 2, refused: 'ThrottlingException' } })).toMatchObject([
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
