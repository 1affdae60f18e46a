import { applyReport } from './apply.ts';
import type { Change } from './change.ts';
import type { Outcome, Payment } from './payment.ts';
import type { PaymentId } from './payment-id.ts';
import type { Report } from './report.ts';

/**
 * What became of a save; `stale` holds the newer payment where the database returned it, so that it need not be read
 * again.
 */
type SaveResult = { saved: Payment } | { stale: Payment | undefined };

/**
 * Where payments are kept. `find` reads consistently; `save` refuses a payment that was saved by another process since
 * it was read.
 */
export type PaymentStore = {
  find: (id: PaymentId) => Promise<Payment | undefined>;
  /**
   * Keeps `payment` as the save after `payment.version`, and returns it as it is stored now. A save whose answer was
   * lost counts as done. `attempt` counts the saves of one revision: after a refusal the store pauses, longer each time.
   */
  save: (payment: Payment, attempt?: number) => Promise<SaveResult>;
  /** An incarnation that no item has had and that sorts after all of them. */
  newIncarnation: () => string;
};

/** A payment without any report. The incarnation `0` sorts before every other one. */
export const openPayment = (id: PaymentId, at: string, incarnation = '0'): Payment => ({
  id,
  incarnation,
  version: 0,
  account: 'default',
  stage: 'created',
  facts: {},
  operations: [],
  recentReports: [],
  changes: [],
  conflicts: [],
  readRequests: {},
  lastReads: {},
  hintedOrders: [],
  backoffs: {},
  openedAt: at,
});

/** `maxAttempts` saves in a row were refused because other processes saved first. The caller's caller tries again. */
export class TooBusy extends Error {
  override name = 'TooBusy';
}

/** Twenty writers at once need about ten. A caller that waits for less gives up by itself. */
const maxAttempts = 25;

/** What a decision makes of a payment as it is now. It is made again when another process saved first. */
type Decide<Result> = (payment: Payment) => readonly [Payment, Result];

/** The payment to revise. `known` is the payment as this process last saved or read it: it saves the first read. */
export type Target = { id: PaymentId; at: string; known?: Payment | undefined };

/**
 * The one way to change a payment: one read and one save, or the read alone when the decision changes nothing. Returns
 * the payment as saved. An unknown payment is opened: the caller has proved that we minted its name.
 * @throws TooBusy when `maxAttempts` saves in a row were refused; whatever the store throws
 */
export async function revise<Result>(
  store: PaymentStore,
  { id, at, known }: Target,
  decide: Decide<Result>,
): Promise<readonly [Payment, Result]> {
  let current = known;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const before = current ?? (await store.find(id)) ?? openPayment(id, at, store.newIncarnation());
    const [after, result] = decide(before);
    if (after === before) return [after, result];
    const save = await store.save(after, attempt);
    if ('saved' in save) return [save.saved, result];
    current = save.stale;
  }
  throw new TooBusy(`payment ${id} was saved by others ${maxAttempts} times in a row`);
}

/** The payment after its reports were saved, what became of each, and the changes that they added. */
export type RecordResult = { payment: Payment; outcomes: Outcome[]; changes: Change[] };

/** Applies reports one after the other and keeps them in one save. @throws as `revise` */
export async function recordAll(
  store: PaymentStore,
  { id, known }: Pick<Target, 'id' | 'known'>,
  reports: [Report, ...Report[]],
): Promise<RecordResult> {
  const [payment, recorded] = await revise(store, { id, known, at: reports[0].observedAt }, (before) => {
    const outcomes: Outcome[] = [];
    let after = before;
    for (const report of reports) {
      const leader = reports.findIndex(({ id: each }) => each === report.follows);
      const [next, outcome] =
        outcomes[leader] === 'duplicate' ? [after, 'duplicate' as const] : applyReport(after, report);
      outcomes.push(outcome);
      after = next;
    }
    return [after, { outcomes, changes: changesAdded(before, after) }];
  });
  return { payment, ...recorded };
}

/** The changes that a decision added. */
export const changesAdded = (before: Payment, after: Payment): Change[] => after.changes.slice(before.changes.length);

/** Applies one report and keeps it; what it did. @throws as `revise` */
export const record = (store: PaymentStore, id: PaymentId, report: Report): Promise<readonly [Payment, Outcome]> =>
  revise(store, { id, at: report.observedAt }, (before) => applyReport(before, report));

/** For a task that found nothing to do. */
export const nothingRecorded = (payment: Payment): RecordResult => ({ payment, outcomes: [], changes: [] });
