import type { Operation } from '../payment/operation.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import type { Report } from '../payment/report.ts';
import { idempotencyKey, isKeyForgotten } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { type ChargeRequest, toCharge } from '../klarna/bodies/sessions.ts';
import { type ClaimOutcome, claim } from '../payment/claims.ts';
import type { Payment } from '../payment/payment.ts';
import { recordAll, revise } from '../payment/record.ts';
import type { CreatingPorts } from './create-payment.ts';
import { ask, isUnavailable, requestKey, existingOrder, withReadBack } from './ask-klarna.ts';
import type { CustomerToken, ForgetRequest, OpenToken } from './ports.ts';
import { type FailedCharge, openRecovery } from './recover-charge.ts';
import { endsPayment, abandoned, refused, succeeded, orderUnidentified } from './operation-reports.ts';

export type ChargingPorts = CreatingPorts & { openCustomerToken: OpenToken; forgetRequest: ForgetRequest };

export type ChargeCommand = { payment: PaymentId; token: CustomerToken; request: ChargeRequest; fingerprint: string };

export type ChargeResult =
  | { outcome: 'finished'; payment: Payment; operation: Operation; error?: KlarnaError; redirect_url?: string }
  | { outcome: 'under_way'; payment: Payment; operation: Operation }
  | { outcome: 'different' };

/**
 * Charges a customer token once per payment id, however often it is asked. A charge that fails while the customer is there
 * opens a session in which the customer repairs it (Klarna, "Recover charge failure").
 */
export async function charge(ports: ChargingPorts, asked: ChargeCommand): Promise<ChargeResult> {
  const operation = chargeOperation(asked, ports.now().toISOString());
  const kept = requestKey({ id: asked.payment }, operation);
  await ports.keepRequest({ ...kept, body: asked.request });
  const [payment, claimed] = await begin(ports, asked, operation);
  if (claimed !== 'claimed' && claimed !== 'under_way') {
    await ports.forgetRequest(kept);
    return claimed === 'answered' ? finished(payment, operation) : { outcome: 'different' };
  }
  try {
    return await finishCharge(ports, payment, asked);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { outcome: 'under_way', payment, operation };
  }
}

const chargeOperation = ({ payment, request, fingerprint }: ChargeCommand, askedAt: string): Operation => ({
  id: idempotencyKey(payment, 'charge'),
  kind: 'charge',
  amount: request.order.amount,
  currency: request.order.currency_code,
  fingerprint,
  askedAt,
});

const begin = (ports: ChargingPorts, { payment: id, token, request, fingerprint }: ChargeCommand, operation: Operation) =>
  revise<ClaimOutcome>(ports.store, { id, at: operation.askedAt }, (before) => {
    const { amount, currency_code: currency } = request.order;
    const asked = { flow: 'charge', amount, currency, fingerprint } as const;
    const facts = { ...before.facts, customer_token_id: token.id };
    return claim(before.request ? before : { ...before, request, facts, account: token.account }, operation);
  });

function finished(payment: Payment, { id }: Pick<Operation, 'id'>, error?: KlarnaError): ChargeResult {
  const operation = payment.operations.find((each) => each.id === id);
  if (!operation) return { outcome: 'different' };
  const { redirect_url } = payment;
  return { outcome: 'finished', payment, operation, ...(error && { error }), ...(redirect_url && { redirect_url }) };
}

/**
 * Asks Klarna to charge, or once more for the same charge while it knows the key; used by duty too, for what was interrupted.
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is asked again under the same key
 */
export async function finishCharge(
  ports: ChargingPorts,
  payment: Payment,
  asked: Omit<ChargeCommand, 'payment' | 'fingerprint'>,
): Promise<ChargeResult> {
  const { token, request } = asked;
  const operation = payment.operations.find(({ kind }) => kind === 'charge');
  if (!operation) return { outcome: 'different' };
  if (isKeyForgotten(operation, ports.now())) return settleCharge(ports, payment, operation);
  const customer_token = await ports.openCustomerToken({
    payment: token.payment,
    sealed: token.sealed,
    purpose: 'charge',
  });
  const { push } = ports.urls(payment.id);
  const body = toCharge(request, { payment: payment.id, push, country: token.country });
  const klarna = ports.klarna(payment.account);
  const answer = await ask(() => klarna.chargeCustomerToken({ token: customer_token, body, key: operation.id }));
  if ('error' in answer)
    return failed(ports, { payment, operation, token, request, customer_token, error: answer.error });
  const { order_id, ...named } = answer.value;
  const report = succeeded(operation, { observedAt: ports.now().toISOString(), facts: { order_id }, ...named });
  const [after] = await recordAll(ports.store, payment.id, await withReadBack(ports, payment, { report, order_id }));
  await ports.forgetRequest(requestKey(payment, operation));
  return finished(after, operation);
}

/**
 * A charge that cannot be asked again: it is the order that Klarna's push named, or nobody knows whether it was made. Klarna has no
 * search by reference, and another try could charge twice.
 */
export async function settleCharge(ports: ChargingPorts, payment: Payment, operation: Operation): Promise<ChargeResult> {
  const order_id = await existingOrder(ports, payment);
  const observedAt = ports.now().toISOString();
  const gone = abandoned(operation, { observedAt });
  const told: [Report, ...Report[]] = order_id
    ? await withReadBack(ports, payment, {
        report: succeeded(operation, { observedAt, facts: { order_id } }),
        order_id,
      })
    : [gone, orderUnidentified(gone)];
  const [after] = await recordAll(ports.store, payment.id, told);
  await ports.forgetRequest(requestKey(payment, operation));
  return finished(after, operation);
}

/** The way to repair it is opened before the failure is recorded: asked again, Klarna fails in the same way and names it again. */
async function failed(ports: ChargingPorts, failure: FailedCharge & { operation: Operation }): Promise<ChargeResult> {
  const { payment, operation, error } = failure;
  const recovering = await openRecovery(ports, failure);
  const report = refused(operation, { error, observedAt: ports.now().toISOString() });
  const told: [Report, ...Report[]] = recovering ? [report] : [report, endsPayment('rejected', report)];
  const [after] = await recordAll(ports.store, payment.id, told);
  await ports.forgetRequest(requestKey(payment, operation));
  return finished(after, operation, error);
}
