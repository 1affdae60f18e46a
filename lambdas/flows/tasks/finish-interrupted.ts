import type { Operation } from '../../payment/operation.ts';
import type { Report } from '../../payment/report.ts';
import type { OperationRequest } from '../../klarna/bodies/operations.ts';
import type { ChargeRequest } from '../../merchant/requests.ts';
import { resume } from '../../payment/claims.ts';
import type { Payment } from '../../payment/payment.ts';
import { record, revise } from '../../payment/record.ts';
import { type ChargingPorts, finishCharge, settleCharge } from '../charge.ts';
import { finishCustomerToken, type TokenisingPorts } from '../create-customer-token.ts';
import { finishOperation } from '../finish-operation.ts';
import { requestKey } from '../ask-klarna.ts';
import { finishOrder } from '../place-order.ts';
import { abandoned } from '../operation-reports.ts';

export type FinishingPorts = TokenisingPorts & ChargingPorts;

/** What a request, or a run of this function, left without an answer: asked again, under the same key. */
export async function finishInterrupted(ports: FinishingPorts, found: Payment, id: string): Promise<unknown> {
  const operation = found.operations.find((each) => each.id === id);
  if (!operation) return undefined;
  const at = ports.now().toISOString();
  const [payment, standing] = await revise(ports.store, { id: found.id, at }, (now) =>
    resume(now, { seen: operation, at }),
  );
  return standing === 'taken' ? finishTaken(ports, payment, operation) : undefined;
}

async function finishTaken(ports: FinishingPorts, payment: Payment, operation: Operation): Promise<unknown> {
  if (operation.kind === 'order') return finishOrder(ports, payment, operation);
  if (operation.kind === 'customer_token') return finishCustomerToken(ports, payment, operation);
  const request = await ports.openRequest(requestKey(payment, operation));
  if (operation.kind === 'charge') return finishKeptCharge(ports, payment, { operation, request });
  if (!request) return record(ports.store, payment.id, lost(ports, operation));
  return finishOperation(ports, { payment, operation, request: request as OperationRequest });
}

async function finishKeptCharge(
  ports: FinishingPorts,
  payment: Payment,
  { operation, request }: { operation: Operation; request: unknown },
): Promise<unknown> {
  const token = await ports.tokens.find(payment.facts.customer_token_id ?? '');
  if (!token || !request) return settleCharge(ports, payment, operation);
  return finishCharge(ports, payment, { token, request: request as ChargeRequest });
}

const lost = ({ now }: FinishingPorts, operation: Operation): Report => ({
  ...abandoned(operation, { observedAt: now().toISOString() }),
  readRequest: 'order',
});
