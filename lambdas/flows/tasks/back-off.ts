import { KlarnaError } from '../../klarna/client/klarna-error.ts';
import { hours, minutes } from '../../payment/clocks.ts';
import { usableToken } from '../../payment/facts.ts';
import type { Payment } from '../../payment/payment.ts';
import type { PaymentId } from '../../payment/payment-id.ts';
import { revise } from '../../payment/record.ts';
import type { Ports } from '../ports.ts';

const shortest = 0.5 * minutes;
const longest = hours;

/** An authorization expires after an hour, and its order with it. */
const longestWithToken = 5 * minutes;

/**
 * Pauses the tasks of a payment after a failure: twice as long after each one, random within a quarter, at most about
 * an hour, and not before Klarna said that it accepts such calls again.
 */
export async function backOff(
  { store, now, random }: Pick<Ports, 'store' | 'now'> & { random: () => number },
  id: PaymentId,
  error: unknown,
): Promise<Payment> {
  const at = now();
  const retryAfter = error instanceof KlarnaError ? (error.retryAfter ?? 0) : 0;
  const [payment] = await revise(store, { id, at: at.toISOString() }, (before) => {
    const count = (before.backoff?.count ?? 0) + 1;
    const most = usableToken(before.facts) ? longestWithToken : longest;
    const pause = Math.max(Math.min(most, shortest * 2 ** (count - 1)), Math.min(retryAfter, longest));
    const until = new Date(at.getTime() + pause * (1 + random() / 4)).toISOString();
    return [{ ...before, backoff: { count, until } }, undefined];
  });
  return payment;
}
