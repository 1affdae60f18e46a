import { KlarnaError } from '../../klarna/client/klarna-error.ts';
import { days, hours, minutes } from '../../payment/clocks.ts';
import { usableToken } from '../../payment/facts.ts';
import type { Payment } from '../../payment/payment.ts';
import { revise } from '../../payment/record.ts';
import { taskKey } from '../../payment/tasks/backoffs.ts';
import type { Task } from '../../payment/tasks/task.ts';
import type { Ports } from '../ports.ts';

const shortest = 0.5 * minutes;

/** The longest pause: while an authorization lives, while Klarna does not answer, after Klarna answered "not there". */
const longest = { withToken: 5 * minutes, unanswered: hours, refused: days };

type Pausing = Pick<Ports, 'store' | 'now'> & { random: () => number };

/**
 * Pauses one task of a payment after a failure: twice as long after each one, random within a quarter, and not before
 * Klarna said that it accepts such calls again. Other tasks do not wait. Returns the payment as saved.
 */
export async function backOff(
  { store, now, random }: Pausing,
  known: Payment,
  { task, error }: { task: Task; error: unknown },
): Promise<Payment> {
  const at = now();
  const key = taskKey(task);
  const [payment] = await revise(store, { id: known.id, at: at.toISOString(), known }, (before) => {
    const { count = 0, since = at.toISOString() } = before.backoffs[key] ?? {};
    const pause = Math.max(Math.min(longestAfter(before, error), shortest * 2 ** count), retryAfter(error));
    const until = new Date(at.getTime() + pause * (1 + random() / 4)).toISOString();
    return [{ ...before, backoffs: { ...before.backoffs, [key]: { count: count + 1, since, until } } }, undefined];
  });
  return payment;
}

function longestAfter({ facts }: Payment, error: unknown): number {
  if (usableToken(facts)) return longest.withToken;
  return error instanceof KlarnaError && error.kind === 'refused' ? longest.refused : longest.unanswered;
}

const retryAfter = (error: unknown) =>
  Math.min(error instanceof KlarnaError ? (error.retryAfter ?? 0) : 0, longest.unanswered);

/** The payment without the pause of a task that succeeded; saved only where there was one. */
export async function endPause({ store, now }: Pausing, known: Payment, task: Task): Promise<Payment> {
  const key = taskKey(task);
  const [payment] = await revise(store, { id: known.id, at: now().toISOString(), known }, (before) => {
    const { [key]: pause, ...backoffs } = before.backoffs;
    return [pause ? { ...before, backoffs } : before, undefined];
  });
  return payment;
}
