import type { Payment } from '../../payment/payment.ts';
import { revise } from '../../payment/record.ts';
import type { Ports } from '../ports.ts';

export type ConfirmingPorts = Pick<Ports, 'store' | 'now'> & {
  /** The sequence up to which the bus is known to have accepted every change; 0 when nothing is known. */
  acknowledged: (payment: Pick<Payment, 'id' | 'incarnation'>) => Promise<number>;
  /** Publishes changes again, in order, no further than the first refusal. */
  republish: (from: {
    payment: Payment;
    from: number;
  }) => Promise<{ published: number; stuck?: { reason: string } | undefined }>;
};

/** How many changes had never been published and are now, and why the bus refused the next one. */
export type Republication = { published: number; refused?: string | undefined };

/** Younger changes may still be on their way; milliseconds. */
const deliveryTime = 10 * 60_000;

/**
 * Compares the changes of a payment with those that the bus has accepted, and publishes the missing ones: the item is
 * the truth, whatever happened to its stream. The order holds: a change is published only after the one before it was
 * accepted.
 */
export async function confirmChanges(
  ports: ConfirmingPorts,
  payment: Payment,
): Promise<{ payment: Payment; republication: Republication }> {
  const at = ports.now();
  const { known, ...republication } = await publishMissing(ports, payment, at);
  const found = { sequence: known + republication.published, at: at.toISOString() };
  const [confirmed] = await revise(ports.store, { id: payment.id, at: found.at, known: payment }, (now) => [
    { ...now, confirmation: furthest(now.confirmation, found) },
    undefined,
  ]);
  return { payment: confirmed, republication };
}

/** A failure here counts as a refusal: it must not postpone the tasks that ask Klarna. */
async function publishMissing(
  ports: ConfirmingPorts,
  payment: Payment,
  at: Date,
): Promise<Republication & { known: number }> {
  const confirmed = payment.confirmation?.sequence ?? 0;
  try {
    const known = Math.max(confirmed, await acknowledgedOf(ports, payment));
    const missing = payment.changes[known];
    if (!missing || Date.parse(missing.observedAt) > at.getTime() - deliveryTime) return { known, published: 0 };
    const { published, stuck } = await ports.republish({ payment, from: known + 1 });
    return { known, published, refused: stuck?.reason };
  } catch (error) {
    return { known: confirmed, published: 0, refused: error instanceof Error ? error.name : 'Unknown' };
  }
}

/** A note of more changes than there are is of another item, as after a restore, and proves nothing. */
async function acknowledgedOf(ports: ConfirmingPorts, payment: Payment): Promise<number> {
  const noted = await ports.acknowledged(payment);
  if (noted <= payment.changes.length) return noted;
  const current = await ports.store.find(payment.id); // changes may have been added since the payment was read
  return current && noted <= current.changes.length ? payment.changes.length : 0;
}

type Confirmation = NonNullable<Payment['confirmation']>;

/** Two runs may compare at once: the further one is right. */
const furthest = (held: Confirmation | undefined, found: Confirmation): Confirmation =>
  held && held.sequence > found.sequence ? { ...found, sequence: held.sequence } : found;
