import { hear } from './hear.ts';
import { type Outcome, open, type Payment, type PaymentId, type Report } from './payment.ts';

/** Where payments are kept. `find` reads consistently; `save` refuses when someone saved since that read. */
export type PaymentStore = {
  find: (id: PaymentId) => Promise<Payment | undefined>;
  /** Keeps `payment` as the save after `payment.version`. */
  save: (payment: Payment) => Promise<'saved' | 'stale'>;
};

/** Five others saved first, one after another: let the caller's caller try again. */
export class TooBusy extends Error {
  override name = 'TooBusy';
}

const tries = 5;

/**
 * The one door to a payment: one read and one save, or one read alone when the telling adds nothing.
 * A payment never seen is opened: whoever reached this door has proven that we minted its name.
 * @throws TooBusy when five saves in a row came second; anything the store throws.
 */
export async function record(store: PaymentStore, id: PaymentId, report: Report): Promise<[Payment, Outcome]> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const before = (await store.find(id)) ?? open(id, report.heardAt);
    const [after, outcome] = hear(before, report);
    if (after === before) return [after, attempt > 1 ? ownOutcome(before, report) : outcome];
    if ((await store.save(after)) === 'saved') return [after, outcome];
  }
  throw new TooBusy(`payment ${id} was saved by others ${tries} times in a row`);
}

/** A save that landed while its answer was lost comes back as stale; what was remembered then is what became of this telling. */
const ownOutcome = ({ heard }: Payment, { id, heardAt }: Report): Outcome =>
  heard.find((entry) => entry.id === id && entry.heardAt === heardAt)?.outcome ?? 'duplicate';
