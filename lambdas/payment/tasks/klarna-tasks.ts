import { after, days, grace, later } from '../clocks.ts';
import type { Payment } from '../payment.ts';
import { taskKey } from './backoffs.ts';
import { orderReads } from './order-reads.ts';
import { sessionTasks } from './session-tasks.ts';
import type { Task } from './task.ts';
import { tokenTasks } from './token-tasks.ts';

/** A task that has failed for this long is given up; a human was told long before. */
const longestFailure = 180 * days;

/** Every task that asks Klarna something, or that discards a token; each waits for its own pause and for no other. */
export function klarnaTasks(payment: Payment): Task[] {
  const all = [...operationTasks(payment), ...tokenTasks(payment), ...orderReads(payment), ...sessionTasks(payment)];
  return all.flatMap((task) => {
    const { until = task.dueAt } = payment.backoffs[taskKey(task)] ?? {};
    const dueAt = later(task.dueAt, until);
    return dueAt > after(task.dueAt, longestFailure) ? [] : [{ ...task, dueAt }];
  });
}

/** A request that died left its operation without a result. Only the caller can make a session again. */
const operationTasks = ({ operations }: Payment): Task[] =>
  operations
    .filter(({ kind, result }) => !result && kind !== 'session')
    .map(({ id, askedAt, resumedAt = askedAt }) => ({
      kind: 'finish operation',
      about: id,
      dueAt: after(resumedAt, grace),
    }));
