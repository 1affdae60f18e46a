import type { Operation } from '../payment/operation.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import type { LogEntry } from './logger.ts';

/** One request of a merchant for an operation, and what became of it. */
export function operationEntry(
  message: 'operation' | 'charge',
  { payment, operation, outcome }: { payment: PaymentId; operation: Operation; outcome: 'finished' | 'under_way' },
): LogEntry {
  const { kind, result, correlation_id } = operation;
  const failed = result?.state === 'ERROR';
  return {
    level: failed ? 'warn' : 'info',
    message,
    fields: { payment, kind, outcome, psp_status: result?.pspStatus, correlation_id },
    metrics: { Operations: 1, ...(failed && { OperationsFailed: 1 }) },
  };
}
