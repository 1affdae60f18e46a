import type { PaymentId } from '../../payment/payment-id.ts';
import type { Payment } from '../../payment/payment.ts';
import { revise } from '../../payment/record.ts';
import type { Ports } from '../ports.ts';

export type ConfirmingPorts = Pick<Ports, 'store' | 'now'> & {
  /** The sequence of the last change that the bus is known to have taken; 0 when none is. */
  acknowledged: (id: PaymentId) => Promise<number>;
  /** Puts changes on the bus once more, in order, no further than the first refusal. */
  republish: (told: {
    payment: Payment;
    from: number;
  }) => Promise<{ published: number; stuck?: { reason: string } | undefined }>;
};

/** How many changes never went out and did now, and why the bus refused the next one. */
export type Confirmed = { published: number; refused?: string | undefined };

/** What is younger may be on its way; milliseconds. */
const onItsWay = 10 * 60_000;

/**
 * Compares the changes of a payment with what the bus has taken, and publishes what never went out: the item is the truth,
 * whatever became of its stream. It never overtakes: a change goes out after the one before it was taken.
 */
export async function confirmChanges(ports: ConfirmingPorts, payment: Payment): Promise<Confirmed> {
  const at = ports.now();
  const { known, ...told } = await compared(ports, payment, at);
  const sequence = known + told.published;
  await revise(ports.store, { id: payment.id, at: at.toISOString() }, (now) => [
    { ...now, confirmation: later(now.confirmation, { sequence, at: at.toISOString() }) },
    undefined,
  ]);
  return told;
}

/** Trouble here is told as a refusal: it must not put off what Klarna has to be asked. */
async function compared(ports: ConfirmingPorts, payment: Payment, at: Date): Promise<Confirmed & { known: number }> {
  const held = payment.confirmation?.sequence ?? 0;
  try {
    const known = Math.max(held, await ports.acknowledged(payment.id));
    const missing = payment.changes[known];
    if (!missing || Date.parse(missing.observedAt) > at.getTime() - onItsWay) return { known, published: 0 };
    const { published, stuck } = await ports.republish({ payment, from: known + 1 });
    return { known, published, refused: stuck?.reason };
  } catch (error) {
    return { known: held, published: 0, refused: error instanceof Error ? error.name : 'Unknown' };
  }
}

type Mark = NonNullable<Payment['confirmation']>;

/** Two runs may look at once: what one of them knows to be out is out. */
const later = (held: Mark | undefined, found: Mark): Mark =>
  held && held.sequence > found.sequence ? { ...found, sequence: held.sequence } : found;
