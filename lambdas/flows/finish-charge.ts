import { toCharge } from '../klarna/bodies/orders.ts';
import { isKeyForgotten } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import type { ChargeRequest } from '../merchant/requests.ts';
import type { CustomerToken } from '../payment/customer-token.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment } from '../payment/payment.ts';
import { type RecordResult, recordAll } from '../payment/record.ts';
import type { Report } from '../payment/report.ts';
import { askAgain, type OperationAttempt } from './ask-again.ts';
import { existingOrder, requestKey, withReadBack } from './ask-klarna.ts';
import { endsPayment, orderUnidentified, refusalReport, successReport, unknownReport } from './operation-reports.ts';
import type { CreatingPorts, DeleteRequest, OpenToken } from './ports.ts';
import { type FailedCharge, openRecovery } from './recover-charge.ts';

export type ChargingPorts = CreatingPorts & { openCustomerToken: OpenToken; deleteRequest: DeleteRequest };

export type ChargeAttempt = Omit<OperationAttempt, 'payment'> & { token: CustomerToken; request: ChargeRequest };

/**
 * Sends a charge, or the same charge again while Klarna knows the key; tasks use it too, for interrupted charges.
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is sent again under the same key
 */
export async function finishCharge(
  ports: ChargingPorts,
  payment: Payment,
  { operation, token, request, isFirst }: ChargeAttempt,
): Promise<RecordResult & { error?: KlarnaError }> {
  if (isKeyForgotten(operation, ports.now())) return concludeCharge(ports, payment, operation);
  const customer_token = await ports.openCustomerToken({
    payment: token.payment,
    sealed: token.sealed,
    purpose: 'charge',
  });
  const { push } = ports.urls(payment.id);
  const body = toCharge(request, { payment: payment.id, push, country: token.country });
  const klarna = ports.klarna(payment.account);
  const attempt = { payment, operation, isFirst };
  const answer = await askAgain(ports, attempt, () =>
    klarna.chargeCustomerToken({ token: customer_token, body, key: operation.id }),
  );
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
