import { toOrder } from '../klarna/bodies/orders.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { type ClaimOutcome, claim } from '../payment/claims.ts';
import { discardToken, type SealedToken, usableToken } from '../payment/facts.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment } from '../payment/payment.ts';
import { nothingRecorded, type RecordResult, recordAll, revise } from '../payment/record.ts';
import type { Report } from '../payment/report.ts';
import { ask, existingOrder, orderRequestKey, withReadBack } from './ask-klarna.ts';
import { endsPayment, orderUnidentified, refusalReport, successReport, unknownReport } from './operation-reports.ts';
import type { CallbackUrls, DeleteRequest, OpenRequest, OpenToken, Ports } from './ports.ts';

export type PlacingPorts = Ports & {
  urls: CallbackUrls;
  openToken: OpenToken;
  openRequest: OpenRequest;
  deleteRequest: DeleteRequest;
};

/**
 * Places the order of a payment that has an authorization: one at a time, however many processes race, and with the
 * same token again after a crash, since Klarna makes one order of one token (Klarna, "Place order").
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is requested again
 */
export async function placeOrder(ports: PlacingPorts, payment: Payment): Promise<RecordResult> {
  const token = usableToken(payment.facts);
  if (!token) return nothingRecorded(payment);
  const operation = orderOperation(payment, token, ports.now().toISOString());
  const target = { id: payment.id, at: operation.askedAt, known: payment };
  const [claimed, outcome] = await revise<ClaimOutcome>(ports.store, target, (now) =>
    now.facts.order_id ? [now, 'answered'] : claim(now, operation),
  );
  return outcome === 'claimed' ? finishOrder(ports, claimed, operation) : nothingRecorded(claimed);
}

const orderOperation = ({ id, request }: Payment, { fingerprint }: SealedToken, askedAt: string): Operation => ({
  id: idempotencyKey(id, 'order', fingerprint),
  kind: 'order',
  amount: request?.amount,
  currency: request?.currency,
  fingerprint,
  askedAt,
});

/** Requests the order from Klarna, or the same order again. @throws as `placeOrder` */
export async function finishOrder(ports: PlacingPorts, payment: Payment, operation: Operation): Promise<RecordResult> {
  const sealed = payment.facts.authorizations?.find(({ fingerprint }) => fingerprint === operation.fingerprint)?.sealed;
  const reports =
    payment.facts.order_id || !sealed
      ? await adopt(ports, payment, operation)
      : await place(ports, { payment, operation, sealed });
  const recorded = await recordAll(ports.store, { id: payment.id, known: payment }, reports);
  const { facts, stage } = recorded.payment;
  const isNeeded = !facts.order_id && stage === 'authorized'; // by another token, or by a repeat
  if (!isNeeded) await ports.deleteRequest(orderRequestKey(payment));
  return recorded;
}

type Placing = { payment: Payment; operation: Operation; sealed: string };
type Reports = [Report, ...Report[]];

async function place(ports: PlacingPorts, { payment, operation, sealed }: Placing): Promise<Reports> {
  const klarna = ports.klarna(payment.account);
  const session = await ports.openRequest(orderRequestKey(payment));
  if (!session) return adopt(ports, payment, operation);
  const token = await ports.openToken({ payment: payment.id, sealed, purpose: 'place order' });
  const body = toOrder(session, { payment: payment.id, urls: session.urls ?? ports.urls(payment.id) });
  const answer = await ask(() => klarna.placeOrder({ token, body }));
  if ('value' in answer) return ordered(ports, { payment, operation, ...answer.value });
  return (await mayHaveOrder(ports, payment, answer.error))
    ? adopt(ports, payment, operation, answer.error)
    : notOrdered(ports, { payment, operation, error: answer.error });
}

type Order = { payment: Payment; operation: Operation; order_id: string; correlation_id?: string | undefined };

async function ordered(ports: PlacingPorts, order: Order): Promise<Reports> {
  const { payment, operation, order_id, correlation_id } = order;
  const observedAt = ports.now().toISOString();
  const report = successReport(operation, { observedAt, facts: { order_id }, correlation_id });
  return withReadBack(ports, payment, { report, order_id });
}

/**
 * True when an order may exist although Klarna refused to place it. INVALID_OPERATION and SESSION_COMPLETED say that it
 * does. After NOT_FOUND (the token expired) or 409 (the body differs from an earlier request), an earlier request may
 * have succeeded while its answer was lost: the status of the Klarna Payments session decides.
 */
async function mayHaveOrder(
  ports: PlacingPorts,
  { account, facts }: Payment,
  { status, code }: KlarnaError,
): Promise<boolean> {
  if (code === 'INVALID_OPERATION' || code === 'SESSION_COMPLETED') return true;
  if (status !== 409 && code !== 'NOT_FOUND') return false;
  const { kp_session_id } = facts;
  if (!kp_session_id) return status === 409;
  const answer = await ask(() => ports.klarna(account).readPaymentSession(kp_session_id));
  return 'value' in answer ? answer.value.status === 'complete' : status === 409;
}

/** Takes over the order that exists already. An order whose id is unknown becomes a warning. */
async function adopt(
  ports: PlacingPorts,
  payment: Payment,
  operation: Operation,
  error?: KlarnaError,
): Promise<Reports> {
  const order_id = await existingOrder(ports, payment);
  if (order_id) return ordered(ports, { payment, operation, order_id });
  const observedAt = ports.now().toISOString();
  if (!error) return [{ ...unknownReport(operation, { observedAt }), readRequest: 'session' }];
  const report = refusalReport(operation, { error, observedAt });
  return [report, orderUnidentified(report)];
}

/** A definite refusal: the token is of no more use, and if no other can follow, the payment has ended. */
function notOrdered(
  ports: PlacingPorts,
  refusal: { payment: Payment; operation: Operation; error: KlarnaError },
): Reports {
  const { payment, operation, error } = refusal;
  const { fingerprint } = operation;
  const tokens = payment.facts.authorizations ?? [];
  const spent = tokens.filter((token) => token.fingerprint === fingerprint).map(discardToken);
  const observedAt = ports.now().toISOString();
  const report = refusalReport(operation, { error, observedAt, facts: { authorizations: spent } });
  if (error.code === 'REJECTED') return [report, endsPayment('rejected', report)];
  const hasAnother = tokens.some(({ sealed, ...token }) => sealed && token.fingerprint !== fingerprint);
  if (hasAnother || !payment.session?.final) return [report];
  return [report, endsPayment(error.code === 'NOT_FOUND' ? 'expired' : 'rejected', report)];
}
