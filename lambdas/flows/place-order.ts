import type { Operation } from '../payment/operation.ts';
import type { Report } from '../payment/report.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { type OrderRequest, toOrder } from '../klarna/bodies/sessions.ts';
import { discardToken, type SealedToken, usableToken } from '../payment/facts.ts';
import { claim } from '../payment/claims.ts';
import type { Payment } from '../payment/payment.ts';
import { recordAll, revise } from '../payment/record.ts';
import { ask, existingOrder, withReadBack } from './ask-klarna.ts';
import type { CallbackUrls, ForgetRequest, OpenRequest, OpenToken, Ports } from './ports.ts';
import { endsPayment, abandoned, refused, succeeded, orderUnidentified } from './operation-reports.ts';

export type PlacingPorts = Ports & {
  urls: CallbackUrls;
  openToken: OpenToken;
  openRequest: OpenRequest;
  forgetRequest: ForgetRequest;
};

/**
 * Places the order of a payment whose authorization is in hand: one at a time whoever races, and with the same token
 * again after a crash, since Klarna makes one order of one token (Klarna, "Place order").
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is asked again
 */
export async function placeOrder(ports: PlacingPorts, payment: Payment): Promise<void> {
  const token = usableToken(payment.facts);
  if (!token) return;
  const operation = orderOperation(payment, token, ports.now().toISOString());
  const [claimed, standing] = await revise(ports.store, { id: payment.id, at: operation.askedAt }, (now) =>
    now.facts.order_id ? [now, 'answered'] : claim(now, operation),
  );
  if (standing === 'claimed') await finishOrder(ports, claimed, operation);
}

const orderOperation = ({ id, request }: Payment, { fingerprint }: SealedToken, askedAt: string): Operation => ({
  id: idempotencyKey(id, 'order', fingerprint),
  kind: 'order',
  amount: request?.amount,
  currency: request?.currency,
  fingerprint,
  askedAt,
});

/** Asks Klarna for the order, or once more for the same one. @throws as `placeOrder` */
export async function finishOrder(ports: PlacingPorts, payment: Payment, operation: Operation): Promise<void> {
  const sealed = payment.facts.authorizations?.find(({ fingerprint }) => fingerprint === operation.fingerprint)?.sealed;
  const reports =
    payment.facts.order_id || !sealed
      ? await adopt(ports, payment, operation)
      : await place(ports, { payment, operation, sealed });
  const [after] = await recordAll(ports.store, payment.id, reports);
  const isNeeded = !after.facts.order_id && after.stage === 'authorized'; // by another token, or asked again
  if (!isNeeded) await ports.forgetRequest({ payment: payment.id, id: 'order' });
}

type Placing = { payment: Payment; operation: Operation; sealed: string };
type Told = [Report, ...Report[]];

async function place(ports: PlacingPorts, { payment, operation, sealed }: Placing): Promise<Told> {
  const klarna = ports.klarna(payment.account);
  const session = (await ports.openRequest({ payment: payment.id, id: 'order' })) as OrderRequest | undefined;
  if (!session) return adopt(ports, payment, operation);
  const token = await ports.openToken({ payment: payment.id, sealed, purpose: 'place order' });
  const body = toOrder(session, { payment: payment.id, urls: session.urls ?? ports.urls(payment.id) });
  const answer = await ask(() => klarna.placeOrder({ token, body }));
  if ('value' in answer) return ordered(ports, { payment, operation, ...answer.value });
  return (await isDone(ports, payment, answer.error))
    ? adopt(ports, payment, operation, answer.error)
    : notOrdered(ports, { payment, operation, error: answer.error });
}

type Order = { payment: Payment; operation: Operation; order_id: string; correlation_id?: string | undefined };

async function ordered(ports: PlacingPorts, { payment, operation, order_id, correlation_id }: Order): Promise<Told> {
  const observedAt = ports.now().toISOString();
  const report = succeeded(operation, { observedAt, facts: { order_id }, correlation_id });
  return withReadBack(ports, payment, { report, order_id });
}

/**
 * Klarna says that this token, or this session, has its order already. A token that ran out may have made one before: its first
 * answer was lost. That, and what 409 is about, another body or lines that differ, the session of Klarna Payments tells.
 */
async function isDone(
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

/** The order that stands already is taken over; one that nobody can name is told to somebody. */
async function adopt(ports: PlacingPorts, payment: Payment, operation: Operation, error?: KlarnaError): Promise<Told> {
  const order_id = await existingOrder(ports, payment);
  if (order_id) return ordered(ports, { payment, operation, order_id });
  const observedAt = ports.now().toISOString();
  if (!error) return [{ ...abandoned(operation, { observedAt }), readRequest: 'session' }];
  const report = refused(operation, { error, observedAt });
  return [report, orderUnidentified(report)];
}

/** A definite no: the token is of no more use, and where none can follow the payment has come to its end. */
function notOrdered(ports: PlacingPorts, no: { payment: Payment; operation: Operation; error: KlarnaError }): Told {
  const { payment, operation, error } = no;
  const { fingerprint } = operation;
  const tokens = payment.facts.authorizations ?? [];
  const spent = tokens.filter((token) => token.fingerprint === fingerprint).map(discardToken);
  const report = refused(operation, { error, observedAt: ports.now().toISOString(), facts: { authorizations: spent } });
  if (error.code === 'REJECTED') return [report, endsPayment('rejected', report)];
  const last = !tokens.some(({ sealed, ...token }) => sealed && token.fingerprint !== fingerprint);
  if (!last || !payment.session?.final) return [report];
  return [report, endsPayment(error.code === 'NOT_FOUND' ? 'expired' : 'rejected', report)];
}
