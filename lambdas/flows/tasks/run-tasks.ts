import { warn } from '../../payment/attention.ts';
import { type Duty, duty } from '../../payment/tasks.ts';
import type { Payment, PaymentId, Report } from '../../payment/payment.ts';
import { record, recordAll, revise } from '../../payment/record.ts';
import { type Confirmed, type ConfirmingPorts, confirmChanges } from './confirm-changes.ts';
import { createCustomerToken } from '../create-customer-token.ts';
import { type FinishingPorts, finishInterrupted } from './finish-interrupted.ts';
import { isByClock, type Learned, note, type Step } from './missed-callbacks.ts';
import { type LookingPorts, readOrder, readSession } from './read-back.ts';
import { placeOrder } from '../place-order.ts';
import { putOff } from './back-off.ts';
import { ends, givenUp } from '../operation-reports.ts';

export type AdvancingPorts = FinishingPorts & LookingPorts & ConfirmingPorts & { random: () => number };

export type Advanced = Learned & {
  payment: PaymentId;
  did: Duty['does'][];
  /** How often Klarna contradicted what is held. */
  conflicts: number;
  /** How many operations ended without what was asked for. */
  refusals: number;
  /** What never went out by the stream. */
  confirmed?: Confirmed;
  /** What failed, why, and how often in a row by now; without `does` when the payment could not even be read. */
  failed?: { does: Duty['does'] | undefined; error: unknown; inARow: number };
};

/** One duty may bring the next: a session is read, its token placed, its order read. More than that waits for the next run. */
const mostAtOnce = 10;

/** Does what is due for one payment now. What cannot be done is put off and tried again, ever more rarely. */
export async function advance(ports: AdvancingPorts, id: PaymentId): Promise<Advanced> {
  const began = ports.now().toISOString();
  const done: Done = { did: [], learned: [], warned: [] };
  for (let before: Step | undefined; ; ) {
    const payment = await ports.store.find(id);
    if (before) note(done, before, payment?.changes.slice(before.changes));
    const owed = payment && duty(payment);
    if (!owed || owed.at > ports.now().toISOString() || done.did.length === mostAtOnce)
      return { payment: id, ...done, ...since(began, payment) };
    try {
      await perform(ports, { payment, owed, done });
    } catch (error) {
      const after = await putOff(ports, id, error);
      const failed = { does: owed.does, error, inARow: after.setbacks?.count ?? 1 };
      return { payment: id, ...done, ...since(began, after), failed };
    }
    done.did.push(owed.does);
    before = { changes: payment.changes.length, byClock: isByClock(payment, owed) };
  }
}

type Done = Pick<Advanced, 'did' | 'learned' | 'warned' | 'confirmed'>;

const since = (began: string, payment: Payment | undefined) => ({
  conflicts: payment?.heard.filter(({ outcome, heardAt }) => outcome === 'conflict' && heardAt >= began).length ?? 0,
  refusals:
    payment?.changes.filter((change) => change.operation && change.state === 'ERROR' && change.observedAt >= began)
      .length ?? 0,
});

type Due = { payment: Payment; owed: Duty; done: Done };

async function perform(ports: AdvancingPorts, { payment, owed, done }: Due): Promise<unknown> {
  if (owed.does === 'warn') return giveWarning(ports, payment, owed.at);
  if (owed.does === 'create customer token') return createCustomerToken(ports, payment);
  if (owed.does === 'place order') return placeOrder(ports, payment);
  if (owed.does === 'forget token') return record(ports.store, payment.id, forgotten(ports, payment, owed.fingerprint));
  if (owed.does === 'give up session') return giveUpSession(ports, payment);
  if (owed.does === 'confirm changes') {
    done.confirmed = await confirmChanges(ports, payment);
    return;
  }
  if (owed.does === 'finish operation') return finishInterrupted(ports, payment, owed.operation);
  return (owed.does === 'read session' ? readSession : readOrder)(ports, payment);
}

function giveWarning({ store, now }: AdvancingPorts, { id }: Payment, until: string): Promise<unknown> {
  const at = now().toISOString();
  return revise(store, { id, at }, (payment) => [warn(payment, at, until), undefined]);
}

/** An authorization token is worth nothing after 60 minutes (Klarna, "Authorization callback"). */
function forgotten({ now }: AdvancingPorts, { facts }: Payment, fingerprint: string): Report {
  const heardAt = now().toISOString();
  const authorizations = facts.authorizations?.flatMap((token) =>
    token.fingerprint === fingerprint ? [{ fingerprint, at: token.at }] : [],
  );
  return {
    id: `forget ${fingerprint}`,
    source: 'operation',
    verifiedBy: 'read_back',
    at: heardAt,
    heardAt,
    facts: { authorizations },
  };
}

async function giveUpSession(ports: AdvancingPorts, payment: Payment): Promise<unknown> {
  const operation = payment.operations.find(({ kind, result }) => kind === 'session' && !result);
  if (!operation) return undefined;
  const report = givenUp(operation, { heardAt: ports.now().toISOString() });
  return recordAll(ports.store, payment.id, [report, ends('expired', report)]);
}
