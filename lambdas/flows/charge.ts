import { idempotencyKey } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import type { ChargeRequest } from '../merchant/requests.ts';
import { claimFirst } from '../payment/claims.ts';
import type { CustomerToken } from '../payment/customer-token.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment } from '../payment/payment.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import { revise } from '../payment/record.ts';
import { isUnavailable, requestKey } from './ask-klarna.ts';
import { type ChargingPorts, finishCharge } from './finish-charge.ts';

export type ChargeCommand = { payment: PaymentId; token: CustomerToken; request: ChargeRequest; fingerprint: string };

export type ChargeResult =
  | { outcome: 'finished'; payment: Payment; operation: Operation; error?: KlarnaError; redirect_url?: string }
  | { outcome: 'under_way'; payment: Payment; operation: Operation }
  | { outcome: 'different' }
  | { outcome: 'too large' };

/**
 * Charges a customer token once per payment id, however often it is requested. A charge that fails while the customer
 * is present opens a session in which the customer repairs it (Klarna, "Recover charge failure").
 */
export async function charge(ports: ChargingPorts, command: ChargeCommand): Promise<ChargeResult> {
  const operation = chargeOperation(command, ports.now().toISOString());
  const key = requestKey('charge', { id: command.payment }, operation);
  if ((await ports.keepRequest({ ...key, body: command.request })) === 'too large') return { outcome: 'too large' };
  const [payment, claimed] = await claimCharge(ports, command, operation);
  if (claimed !== 'claimed' && claimed !== 'under_way') {
    await ports.deleteRequest(key);
    return claimed === 'answered' ? resultOf(payment, operation) : { outcome: 'different' };
  }
  const known = payment.operations.find(({ id }) => id === operation.id) ?? operation; // as first asked for
  try {
    const isFirst = claimed === 'claimed';
    const { payment: after, error } = await finishCharge(ports, payment, { ...command, operation: known, isFirst });
    return resultOf(after, operation, error);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { outcome: 'under_way', payment, operation: known };
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
