import { toCapture, toDueDate, toRefund } from '../klarna/bodies/operations.ts';
import type { Klarna } from '../klarna/client/client.ts';
import { isKeyForgotten } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import type { OperationRequest } from '../merchant/operation-requests.ts';
import type { Operation } from '../payment/operation.ts';
import { type RecordResult, recordAll } from '../payment/record.ts';
import type { Report } from '../payment/report.ts';
import { askAgain, type OperationAttempt } from './ask-again.ts';
import { requestKey, withReadBack } from './ask-klarna.ts';
import { refusalReport, successReport, unknownReport } from './operation-reports.ts';
import type { DeleteRequest, KeepRequest, Ports } from './ports.ts';

/** The operations that a merchant may request on an order. */
const orderOperations = ['capture', 'refund', 'cancellation', 'release', 'extension'] as const;
export type OrderOperation = (typeof orderOperations)[number];
const isOrderOperation = (kind: string): kind is OrderOperation => orderOperations.some((each) => each === kind);

export type OperatingPorts = Ports & { keepRequest: KeepRequest; deleteRequest: DeleteRequest };

export type Attempt = OperationAttempt & { request: OperationRequest };

/**
 * Sends an operation to Klarna, reads the order back and records both; tasks use it too, for interrupted operations.
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is sent again under the same key
 */
export async function finishOperation(
  ports: Omit<OperatingPorts, 'keepRequest'>,
  attempt: Attempt,
): Promise<RecordResult & { error?: KlarnaError }> {
  const { payment, operation } = attempt;
  const order_id = payment.facts.order_id ?? '';
  const { report, error } = await reportOf(ports, attempt);
  const reports = await withReadBack(ports, payment, { report, order_id });
  const recorded = await recordAll(ports.store, { id: payment.id, known: payment }, reports);
  await ports.deleteRequest(requestKey('operation', payment, operation));
  return { ...recorded, ...(error && { error }) };
}

async function reportOf(ports: Ports, attempt: Attempt): Promise<{ report: Report; error?: KlarnaError }> {
  const { payment, operation } = attempt;
  const klarna = ports.klarna(payment.account);
  const observedAt = () => ports.now().toISOString();
  if (isUntraceable(operation) && isKeyForgotten(operation, ports.now()))
    return { report: unknownReport(operation, { observedAt: observedAt() }) };
  const found = () => findExecuted(klarna, attempt, ports.now());
  const answer = await askAgain(ports, attempt, async () => (await found()) ?? send(klarna, attempt));
  if ('value' in answer) return { report: successReport(operation, { observedAt: observedAt(), ...answer.value }) };
  const { error } = answer;
  return { report: refusalReport(operation, { error, observedAt: observedAt() }), error };
}

type ExecutionIds = {
  capture_id?: string | undefined;
  refund_id?: string | undefined;
  correlation_id?: string | undefined;
};

async function send(klarna: Klarna, { payment, operation, request }: Attempt): Promise<ExecutionIds> {
  const { id: key, amount = 0 } = operation;
  const at = { order_id: payment.facts.order_id ?? '', key };
  const calls: Record<OrderOperation, () => Promise<ExecutionIds>> = {
    capture: () => klarna.capture({ ...at, body: toCapture(request, { amount, operation: key }) }),
    refund: () => klarna.refund({ ...at, body: toRefund(request, { amount, operation: key }) }),
    cancellation: () => klarna.cancelOrder(at),
    release: () => klarna.releaseRemaining(at),
    extension: () =>
      request.capture_id
        ? klarna.extendDueDate({ ...at, capture_id: request.capture_id, body: toDueDate(request) })
        : klarna.extendAuthorization(at),
  };
  if (!isOrderOperation(operation.kind)) throw new Error(`${operation.kind} is not an operation on an order`);
  return calls[operation.kind]();
}

/** An operation whose key Klarna may have forgotten is looked for in the order before it is sent again. */
async function findExecuted(klarna: Klarna, attempt: Attempt, now: Date): Promise<ExecutionIds | undefined> {
  const { payment, operation, request } = attempt;
  if (!isKeyForgotten(operation, now)) return undefined;
  const order = await klarna.readOrder(payment.facts.order_id ?? '');
  const isOurs = (executed: { reference?: string | undefined; amount?: number | undefined }) =>
    executed.reference === (request.reference ?? operation.id) &&
    (executed.amount ?? operation.amount) === operation.amount;
  const others = payment.operations.filter(({ id }) => id !== operation.id);
  const finders: Partial<Record<OrderOperation, () => ExecutionIds | undefined>> = {
    capture: () =>
      order.captures.find(
        (capture) =>
          isOurs({ ...capture, amount: capture.captured_amount }) &&
          !others.some(({ kind, capture_id }) => kind === 'capture' && capture_id === capture.capture_id),
      ),
    refund: () =>
      order.refunds.find(
        (refund) =>
          isOurs({ ...refund, amount: refund.refunded_amount }) &&
          !others.some(({ refund_id }) => refund_id === refund.refund_id),
      ),
    cancellation: () => (order.status === 'CANCELLED' ? {} : undefined),
    release: () => (order.status === 'CAPTURED' && order.remaining_authorized_amount === 0 ? {} : undefined),
  };
  return isOrderOperation(operation.kind) ? finders[operation.kind]?.() : undefined;
}

/** A moved due date leaves no trace in the order, so it is never moved twice. */
const isUntraceable = ({ kind, capture_id }: Operation) => kind === 'extension' && capture_id !== undefined;
