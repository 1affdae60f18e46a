import { after, hours, later } from '../clocks.ts';
import type { Payment } from '../payment.ts';
import { pendingWarnings } from './attention.ts';
import { taskKey } from './backoffs.ts';
import { klarnaTasks } from './klarna-tasks.ts';
import type { Task } from './task.ts';

/** The task of this payment that is due first; undefined when nothing is left to do. */
export const nextTask = (payment: Payment): Task | undefined => earliest(allTasks(payment));

/** The task that asks Klarna something and is due first. */
export const nextKlarnaTask = (payment: Payment): Task | undefined => earliest(klarnaTasks(payment));

/**
 * The task to do now: what needs a token and what is under way before everything else, the rest in the order in which
 * it was due. Tasks with a key in `except` are left out.
 */
export function dueTask(payment: Payment, now: string, except: ReadonlySet<string>): Task | undefined {
  const due = allTasks(payment).filter((task) => task.dueAt <= now && !except.has(taskKey(task)));
  return earliest(due.filter(({ kind }) => urgent.has(kind))) ?? earliest(due);
}

const urgent: ReadonlySet<Task['kind']> = new Set(['create customer token', 'place order', 'finish operation']);

/** Two kinds of tasks do not need Klarna: warnings, and confirming that the bus has accepted the changes. */
const allTasks = (payment: Payment): Task[] => [
  ...klarnaTasks(payment),
  ...warningTasks(payment),
  ...confirmingTasks(payment),
];

const earliest = (tasks: Task[]): Task | undefined =>
  tasks.reduce<Task | undefined>((first, each) => (first && first.dueAt <= each.dueAt ? first : each), undefined);

const warningTasks = (payment: Payment): Task[] =>
  pendingWarnings(payment).map(({ at }) => ({ kind: 'warn', dueAt: at }));

/** Long enough for the stream to have published a change, and for a burst of changes to be over. */
const publishingTime = hours;

function confirmingTasks({ changes, confirmation }: Payment): Task[] {
  const unconfirmed = changes[confirmation?.sequence ?? 0];
  if (!unconfirmed) return [];
  const since = later(unconfirmed.observedAt, confirmation?.at ?? unconfirmed.observedAt);
  return [{ kind: 'confirm changes', dueAt: after(since, publishingTime) }];
}
