import { toRecoverySession } from '../klarna/bodies/sessions.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import type { ChargeRequest } from '../merchant/requests.ts';
import type { CustomerToken } from '../payment/customer-token.ts';
import type { Payment } from '../payment/payment.ts';
import { createPayment } from './create-payment.ts';
import type { CreatingPorts } from './ports.ts';

export type FailedCharge = {
  payment: Payment;
  token: CustomerToken;
  request: ChargeRequest;
  customer_token: string;
  error: KlarnaError;
};

/**
 * Opens the session in which a customer who is present repairs a failed charge (Klarna, "Recover charge failure");
 * false where it cannot be repaired. @throws as `createPayment`
 */
export async function openRecovery(
  ports: CreatingPorts,
  { payment, token, request, customer_token, error }: FailedCharge,
): Promise<boolean> {
  const { stepUpId: step_up_id } = error;
  if (!step_up_id || request.initiator !== 'customer') return false;
  const { outcome } = await createPayment(ports, {
    payment: payment.id,
    session: toRecoverySession(request, token),
    flow: 'charge',
    fingerprint: payment.request?.fingerprint ?? '',
    stepUp: { step_up_id, customer_token },
  });
  return outcome === 'created';
}
