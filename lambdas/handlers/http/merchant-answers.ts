import { KlarnaError } from '../../klarna/client/klarna-error.ts';
import { refusalMeaning, refusalStatus } from '../../klarna/inbound/statuses.ts';
import type { Logger } from '../../logging/logger.ts';
import { operationEntry } from '../../logging/operation-entry.ts';
import type { Operation } from '../../payment/operation.ts';
import type { Payment } from '../../payment/payment.ts';
import type { PaymentId } from '../../payment/payment-id.ts';
import { type HttpAnswer, json, Refusal } from './endpoint.ts';
import { operationView } from './views.ts';

/** Where the merchant reads a payment, and with it the result of an operation that is still under way. */
export const locationOf = (payment: PaymentId) => `/payments/${payment}`;

/** An operation with the stage of its payment. */
export const operationBody = ({ id: payment, stage }: Payment, operation: Operation) => ({
  payment,
  stage,
  operation: operationView(operation),
});

export type OperationResult = {
  outcome: 'finished' | 'under_way';
  payment: Payment;
  operation: Operation;
  error?: KlarnaError;
};

/**
 * Logs and answers an operation: 201 when Klarna did it, 202 while the result is unknown.
 * @param message of the log entry
 * @param details fields of the answer beside the operation; `failed` only where Klarna refused it
 * @throws Refusal as Klarna refused it
 */
export function operationAnswer(
  logger: Logger,
  {
    message,
    result,
    details,
  }: { message: 'operation' | 'charge'; result: OperationResult; details?: { always?: object; failed?: object } },
): HttpAnswer {
  const { payment, operation, outcome, error } = result;
  logger(operationEntry(message, { payment: payment.id, operation, outcome }));
  const body = { ...operationBody(payment, operation), ...details?.always };
  const headers = { location: locationOf(payment.id) };
  if (outcome === 'under_way' || !operation.result) return json(202, body, headers);
  if (operation.result.state !== 'ERROR') return json(201, body, headers);
  throw klarnaRefusal(error, { operation, payment: payment.id, details: { ...body, ...details?.failed } });
}

/** What the answer to a refused operation contains; without `operation` where Klarna was asked for none. */
type RefusalContext = { operation?: Operation | undefined; payment?: string; details?: object };

/** Klarna's refusal as the merchant gets it. A repeat has no `error`: it gets the kept result. */
export function klarnaRefusal(
  error: KlarnaError | undefined,
  { operation, payment, details }: RefusalContext,
): Refusal {
  const { pspStatus, meaning } = refusalMeaning(operation?.result?.pspStatus ?? error?.code);
  const correlation_id = operation?.correlation_id ?? error?.correlationId;
  const { state, code } = meaning;
  return new Refusal(refusalStatus(pspStatus), `Klarna refused: ${pspStatus}`, {
    ...(payment && { payment }),
    correlation_id,
    details: { psp_status: pspStatus, state, code, correlation_id, messages: error?.messages, ...details },
  });
}

/** Klarna's answer to a question that is no operation. @throws Refusal as Klarna refuses; whatever else is thrown */
export async function answerOf<Value>(answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KlarnaError && error.kind === 'refused') throw klarnaRefusal(error, {});
    throw error;
  }
}
