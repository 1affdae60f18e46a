import { resume } from '../../payment/claims.ts';
import type { Operation } from '../../payment/operation.ts';
import type { Payment } from '../../payment/payment.ts';
import { nothingRecorded, type RecordResult, revise } from '../../payment/record.ts';
import { requestKey } from '../ask-klarna.ts';
import { finishCustomerToken, type TokenisingPorts } from '../create-customer-token.ts';
import { type ChargingPorts, concludeCharge, finishCharge } from '../finish-charge.ts';
import { concludeOperation, finishOperation } from '../finish-operation.ts';
import { finishOrder } from '../place-order.ts';

export type FinishingPorts = TokenisingPorts & ChargingPorts;

/** Sends an operation again, under the same key, that a request or a run left without a result. */
export async function finishInterrupted(ports: FinishingPorts, found: Payment, id: string): Promise<RecordResult> {
  const operation = found.operations.find((each) => each.id === id);
  if (!operation) return nothingRecorded(found);
  const at = ports.now().toISOString();
  const [payment, outcome] = await revise(ports.store, { id: found.id, at, known: found }, (now) =>
    resume(now, { seen: operation, at }),
  );
  return outcome === 'resumed' ? finishResumed(ports, payment, operation) : nothingRecorded(payment);
}

async function finishResumed(ports: FinishingPorts, payment: Payment, operation: Operation): Promise<RecordResult> {
  if (operation.kind === 'order') return finishOrder(ports, payment, operation);
  if (operation.kind === 'customer_token') return finishCustomerToken(ports, payment, operation);
  if (operation.kind === 'charge') return finishKeptCharge(ports, payment, operation);
  const request = await ports.openRequest(requestKey('operation', payment, operation));
  if (request) return finishOperation(ports, { payment, operation, request });
  return concludeOperation(ports, { payment, operation });
}

async function finishKeptCharge(ports: FinishingPorts, payment: Payment, operation: Operation): Promise<RecordResult> {
  const request = await ports.openRequest(requestKey('charge', payment, operation));
  const token = await ports.tokens.find(payment.facts.customer_token_id ?? '');
  if (!token || !request) return concludeCharge(ports, payment, operation);
  return finishCharge(ports, payment, { operation, token, request });
}
