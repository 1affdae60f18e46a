import { toCharge } from '../klarna/bodies/orders.ts';
import { idempotencyKey, isKeyForgotten } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import type { ChargeRequest } from '../merchant/requests.ts';
import { claimFirst } from '../payment/claims.ts';
import type { CustomerToken } from '../payment/customer-token.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment } from '../payment/payment.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import { type RecordResult, recordAll, revise } from '../payment/record.ts';
import type { Report } from '../payment/report.ts';
import { ask, existingOrder, isUnavailable, requestKey, withReadBack } from './ask-klarna.ts';
import type { CreatingPorts } from './create-payment.ts';
import { endsPayment, orderUnidentified, refusalReport, successReport, unknownReport } from './operation-reports.ts';
import type { DeleteRequest, OpenToken } from './ports.ts';
import { type FailedCharge, openRecovery } from './recover-charge.ts';

export type ChargingPorts = CreatingPorts & { openCustomerToken: OpenToken; deleteRequest: DeleteRequest };

export type ChargeCommand = { payment: PaymentId; token: CustomerToken; request: ChargeRequest; fingerprint: string };

export type ChargeResult =
  | { outcome: 'finished'; payment: Payment; operation: Operation; error?: KlarnaError; redirect_url?: string }
  | { outcome: 'under_way'; payment: Payment; operation: Operation }
  | { outcome: 'different' };

/**
 * Charges a customer token once per payment id, however often it is requested. A charge that fails while the customer
 * is present opens a session in which the customer repairs it (Klarna, "Recover charge failure").
 */
export async function charge(ports: ChargingPorts, command: ChargeCommand): Promise<ChargeResult> {
  const operation = chargeOperation(command, ports.now().toISOString());
  const key = requestKey('charge', { id: command.payment }, operation);
  await ports.keepRequest({ ...key, body: command.request });
  const [payment, claimed] = await claimCharge(ports, command, operation);
  if (claimed !== 'claimed' && claimed !== 'under_way') {
    await ports.deleteRequest(key);
    return claimed === 'answered' ? resultOf(payment, operation) : { outcome: 'different' };
  }
  try {
    const { payment: after, error } = await finishCharge(ports, payment, { ...command, operation });
    return resultOf(after, operation, error);
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

function claimCharge(ports: ChargingPorts, command: ChargeCommand, operation: Operation) {
  const { payment: id, token, request, fingerprint } = command;
  const { amount, currency_code: currency } = request.order;
  const opening = {
    request: { flow: 'charge', amount, currency, fingerprint },
    account: token.account,
    customer_token_id: token.id,
  } as const;
  return revise(ports.store, { id, at: operation.askedAt }, (before) => claimFirst(before, opening, operation));
}

function resultOf(payment: Payment, { id }: Pick<Operation, 'id'>, error?: KlarnaError): ChargeResult {
  const operation = payment.operations.find((each) => each.id === id);
  if (!operation) return { outcome: 'different' };
  const { redirect_url } = payment;
  return { outcome: 'finished', payment, operation, ...(error && { error }), ...(redirect_url && { redirect_url }) };
}

export type ChargeAttempt = { operation: Operation; token: CustomerToken; request: ChargeRequest };

/**
 * Sends a charge, or the same charge again while Klarna knows the key; tasks use it too, for interrupted charges.
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is sent again under the same key
 */
export async function finishCharge(
  ports: ChargingPorts,
  payment: Payment,
  { operation: claimed, token, request }: ChargeAttempt,
): Promise<RecordResult & { error?: KlarnaError }> {
  const operation = payment.operations.find(({ id }) => id === claimed.id) ?? claimed; // `askedAt` is that of the first attempt
  if (isKeyForgotten(operation, ports.now())) return concludeCharge(ports, payment, operation);
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
    return recordFailure(ports, { payment, operation, token, request, customer_token, error: answer.error });
  const { order_id, ...rest } = answer.value;
  const report = successReport(operation, { observedAt: ports.now().toISOString(), facts: { order_id }, ...rest });
  return recordCharge(
    ports,
    { payment, operation, known: payment },
    await withReadBack(ports, payment, { report, order_id }),
  );
}

/**
 * Concludes a charge that cannot be sent again. Either Klarna's push named its order, or its result stays unknown:
 * Klarna has no search by reference, and another attempt could charge twice.
 */
export async function concludeCharge(
  ports: ChargingPorts,
  payment: Payment,
  operation: Operation,
): Promise<RecordResult> {
  const order_id = await existingOrder(ports, payment);
  const observedAt = ports.now().toISOString();
  const unknown = unknownReport(operation, { observedAt });
  const reports: [Report, ...Report[]] = order_id
    ? await withReadBack(ports, payment, {
        report: successReport(operation, { observedAt, facts: { order_id } }),
        order_id,
      })
    : [unknown, orderUnidentified(unknown)];
  return recordCharge(ports, { payment, operation, known: payment }, reports);
}

/**
 * The recovery is opened before the failure is recorded: a repeated charge fails in the same way and can open it again.
 */
async function recordFailure(ports: ChargingPorts, failure: FailedCharge & { operation: Operation }) {
  const { payment, operation, error } = failure;
  const isRecovering = await openRecovery(ports, failure);
  const report = refusalReport(operation, { error, observedAt: ports.now().toISOString() });
  const reports: [Report, ...Report[]] = isRecovering ? [report] : [report, endsPayment('rejected', report)];
  const known = isRecovering ? undefined : payment; // the recovery has saved the payment since
  return { ...(await recordCharge(ports, { payment, operation, known }, reports)), error };
}

async function recordCharge(
  ports: ChargingPorts,
  { payment, operation, known }: { payment: Payment; operation: Operation; known: Payment | undefined },
  reports: [Report, ...Report[]],
): Promise<RecordResult> {
  const recorded = await recordAll(ports.store, { id: payment.id, known }, reports);
  await ports.deleteRequest(requestKey('charge', payment, operation));
  return recorded;
}
