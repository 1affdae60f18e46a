import type { OperationRequest } from '../klarna/operation-bodies.ts';
import type { ChargeRequest } from '../klarna/request.ts';
import { type Duty, duty } from '../payment/duty.ts';
import { usable } from '../payment/facts.ts';
import { type Operation, takeUp } from '../payment/operations.ts';
import type { Payment, PaymentId, Report } from '../payment/payment.ts';
import { record, recordAll, revise } from '../payment/record.ts';
import { type ChargingPorts, finishCharge, settleCharge } from './charge.ts';
import { createCustomerToken, finishCustomerToken, type TokenisingPorts } from './create-customer-token.ts';
import { finishOperation } from './finish-operation.ts';
import { type LookingPorts, readOrder, readSession } from './look.ts';
import { keptFor } from './perform.ts';
import { finishOrder, placeOrder } from './place-order.ts';
import { ends, givenUp } from './results.ts';

export type AdvancingPorts = TokenisingPorts & LookingPorts & ChargingPorts & { random: () => number };

export type Advanced = {
  payment: PaymentId;
  did: Duty['does'][];
  /** How often Klarna contradicted what is held. */
  conflicts: number;
  /** How many operations ended without what was asked for. */
  refusals: number;
  /** What failed, why, and how often in a row by now; without `does` when the payment could not even be read. */
  failed?: { does: Duty['does'] | undefined; error: unknown; inARow: number };
};

/** One duty may bring the next: a session is read, its token placed, its order read. More than that waits for the next run. */
const mostAtOnce = 10;

/** Does what is due for one payment now. What cannot be done is put off and tried again, ever more rarely. */
export async function advance(ports: AdvancingPorts, id: PaymentId): Promise<Advanced> {
  const began = ports.now().toISOString();
  const did: Duty['does'][] = [];
  for (;;) {
    const payment = await ports.store.find(id);
    const owed = payment && duty(payment);
    if (!owed || owed.at > ports.now().toISOString() || did.length === mostAtOnce)
      return { payment: id, did, ...since(began, payment) };
    try {
      await perform(ports, payment, owed);
    } catch (error) {
      const after = await putOff(ports, id);
      const failed = { does: owed.does, error, inARow: after.setbacks?.count ?? 1 };
      return { payment: id, did, ...since(began, after), failed };
    }
    did.push(owed.does);
  }
}

const since = (began: string, payment: Payment | undefined) => ({
  conflicts: payment?.heard.filter(({ outcome, heardAt }) => outcome === 'conflict' && heardAt >= began).length ?? 0,
  refusals:
    payment?.changes.filter((change) => change.operation && change.state === 'ERROR' && change.observedAt >= began)
      .length ?? 0,
});

function perform(ports: AdvancingPorts, payment: Payment, owed: Duty): Promise<unknown> {
  if (owed.does === 'read session') return readSession(ports, payment);
  if (owed.does === 'read order') return readOrder(ports, payment);
  if (owed.does === 'create customer token') return createCustomerToken(ports, payment);
  if (owed.does === 'place order') return placeOrder(ports, payment);
  if (owed.does === 'finish operation') return finish(ports, payment, owed.operation);
  if (owed.does === 'forget token') return record(ports.store, payment.id, forgotten(ports, payment, owed.fingerprint));
  return giveUpSession(ports, payment);
}

/** What a request, or a run of this function, left without an answer: asked again, under the same key. */
async function finish(ports: AdvancingPorts, found: Payment, id: string): Promise<unknown> {
  const operation = found.operations.find((each) => each.id === id);
  if (!operation) return undefined;
  const at = ports.now().toISOString();
  const [payment, standing] = await revise(ports.store, { id: found.id, at }, (now) =>
    takeUp(now, { seen: operation, at }),
  );
  return standing === 'taken' ? finishTaken(ports, payment, operation) : undefined;
}

async function finishTaken(ports: AdvancingPorts, payment: Payment, operation: Operation): Promise<unknown> {
  if (operation.kind === 'order') return finishOrder(ports, payment, operation);
  if (operation.kind === 'customer_token') return finishCustomerToken(ports, payment, operation);
  const request = await ports.openRequest(keptFor(payment, operation));
  if (operation.kind === 'charge') return finishKeptCharge(ports, payment, { operation, request });
  if (!request) return record(ports.store, payment.id, lost(ports, operation));
  return finishOperation(ports, { payment, operation, request: request as OperationRequest });
}

async function finishKeptCharge(
  ports: AdvancingPorts,
  payment: Payment,
  { operation, request }: { operation: Operation; request: unknown },
): Promise<unknown> {
  const token = await ports.tokens.find(payment.facts.customer_token_id ?? '');
  if (!token || !request) return settleCharge(ports, payment, operation);
  return finishCharge(ports, payment, { token, request: request as ChargeRequest });
}

const lost = ({ now }: AdvancingPorts, operation: Operation): Report => ({
  ...givenUp(operation, { heardAt: now().toISOString() }),
  look: 'order',
});

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

const shortest = 30_000;
const longest = 3600_000;
/** A token in hand dies after an hour. */
const longestInHand = 300_000;

/** Twice as long after each setback, at random within a quarter, at most about an hour; milliseconds. */
async function putOff({ store, now, random }: AdvancingPorts, id: PaymentId): Promise<Payment> {
  const at = now();
  const [payment] = await revise(store, { id, at: at.toISOString() }, (payment) => {
    const count = (payment.setbacks?.count ?? 0) + 1;
    const most = usable(payment.facts) ? longestInHand : longest;
    const pause = Math.min(most, shortest * 2 ** (count - 1)) * (1 + random() / 4);
    return [{ ...payment, setbacks: { count, until: new Date(at.getTime() + pause).toISOString() } }, undefined];
  });
  return payment;
}
