import type { PaymentId } from '../../payment/payment-id.ts';
import { KlarnaError } from '../../klarna/client/klarna-error.ts';
import { usableToken } from '../../payment/facts.ts';
import type { Payment } from '../../payment/payment.ts';
import { revise } from '../../payment/record.ts';
import type { Ports } from '../ports.ts';

const shortest = 30_000;
const longest = 3600_000;

/** A token in hand dies after an hour, and its order with it. */
const longestWithToken = 5 * 60_000;

/**
 * Twice as long after each setback, at random within a quarter, at most about an hour, and not before Klarna said that it takes
 * such calls again; milliseconds.
 */
export async function backOff(
  { store, now, random }: Pick<Ports, 'store' | 'now'> & { random: () => number },
  id: PaymentId,
  error: unknown,
): Promise<Payment> {
  const at = now();
  const told = error instanceof KlarnaError ? (error.retryAfter ?? 0) : 0;
  const [payment] = await revise(store, { id, at: at.toISOString() }, (payment) => {
    const count = (payment.backoff?.count ?? 0) + 1;
    const most = usableToken(payment.facts) ? longestWithToken : longest;
    const pause = Math.min(most, shortest * 2 ** (count - 1));
    const until = at.getTime() + Math.max(pause, Math.min(told, longest)) * (1 + random() / 4);
    return [{ ...payment, backoff: { count, until: new Date(until).toISOString() } }, undefined];
  });
  return payment;
}
