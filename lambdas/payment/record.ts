import { hear } from './apply.ts';
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

/** What a decision makes of a payment as it is now; `attempt` counts from 1, anew after somebody saved first. */
export type Decide<Told> = (payment: Payment, attempt: number) => readonly [Payment, Told];

/**
 * The one door to a payment: one read and one save, or one read alone when the decision changes nothing.
 * A payment never seen is opened: whoever reached this door has proven that we minted its name.
 * @throws TooBusy when five saves in a row came second; anything the store throws.
 */
export async function revise<Told>(
  store: PaymentStore,
  { id, at }: { id: PaymentId; at: string },
  decide: Decide<Told>,
): Promise<readonly [Payment, Told]> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const before = (await store.find(id)) ?? open(id, at);
    const [after, told] = decide(before, attempt);
    if (after === before || (await store.save(after)) === 'saved') return [after, told];
  }
  throw new TooBusy(`payment ${id} was saved by others ${tries} times in a row`);
}

/**
 * Tellings that came together, heard one after the other and kept in one save; the outcome of each.
 * @throws as `revise`
 */
export const recordAll = (store: PaymentStore, id: PaymentId, reports: [Report, ...Report[]]) =>
  revise(store, { id, at: reports[0].heardAt }, (before, attempt) => {
    const outcomes: Outcome[] = [];
    let payment = before;
    for (const report of reports) {
      const leader = reports.findIndex(({ id: each }) => each === report.follows);
      const isIdle = outcomes[leader] === 'duplicate';
      const [after, outcome] = isIdle ? [payment, 'duplicate' as const] : told(payment, report, attempt);
      outcomes.push(outcome);
      payment = after;
    }
    return [payment, outcomes];
  });

/** One telling, kept; what it did. @throws as `revise` */
export const record = (store: PaymentStore, id: PaymentId, report: Report) =>
  revise(store, { id, at: report.heardAt }, (before, attempt) => told(before, report, attempt));

/** A save that landed while its answer was lost comes back as stale; what was remembered then is what became of this telling. */
function told(before: Payment, report: Report, attempt: number): [Payment, Outcome] {
  const [after, outcome] = hear(before, report);
  if (attempt === 1) return [after, outcome];
  const own = before.heard.find(({ id, heardAt }) => id === report.id && heardAt === report.heardAt);
  return [after, own?.outcome ?? outcome];
}
