import { mayBeAtWork } from '../klarna/client/idempotency.ts';
import { resume } from '../payment/claims.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment } from '../payment/payment.ts';
import { revise } from '../payment/record.ts';
import { ask, isUnavailable, type KlarnaResult } from './ask-klarna.ts';
import type { Ports } from './ports.ts';

/** An operation as it was before this attempt. */
export type OperationAttempt = { payment: Payment; operation: Operation; isFirst?: boolean | undefined };

/**
 * Asks Klarna for an operation that may have been asked for before. A refusal counts as no answer while an earlier
 * attempt may still be at work; a repeat without an answer is noted as the last attempt.
 * @throws KlarnaError of kind `unavailable`, when the result is unknown
 */
export async function askAgain<Value>(
  ports: Pick<Ports, 'store' | 'now'>,
  { payment, operation, isFirst = false }: OperationAttempt,
  call: () => Promise<Value>,
): Promise<KlarnaResult<Value>> {
  const isDoubtful = !isFirst && mayBeAtWork(operation, ports.now());
  const answer = await ask(call).catch(async (error: unknown) => {
    if (!isFirst && isUnavailable(error)) await noteAttempt(ports, payment, operation);
    throw error;
  });
  if ('error' in answer && isDoubtful) throw answer.error.doubted();
  return answer;
}

function noteAttempt({ store, now }: Pick<Ports, 'store' | 'now'>, known: Payment, seen: Operation) {
  const at = now().toISOString();
  return revise(store, { id: known.id, at, known }, (payment) => resume(payment, { seen, at }));
}
