import { toCapture, toDueDate, toRefund } from '../klarna/bodies/operations.ts';
import type { Klarna } from '../klarna/client/client.ts';
import { isKeyForgotten } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { orderReport } from '../klarna/inbound/readings.ts';
import type { KeptRequests } from '../merchant/kept-requests.ts';
import { type RecordResult, recordAll } from '../payment/record.ts';
import type { Report } from '../payment/report.ts';
import { askAgain, type OperationAttempt } from './ask-again.ts';
import { askTimed, requestKey, withReadBack } from './ask-klarna.ts';
import { refusalReport, successReport, unknownReport } from './operation-reports.ts';
import { type ExecutionIds, traceOf } from './operation-trace.ts';
import type { DeleteRequest, KeepRequest, Ports } from './ports.ts';

/** The operations that a merchant may request on an order. */
const orderOperations = ['capture', 'refund', 'cancellation', 'release', 'extension'] as const;
export type OrderOperation = (typeof orderOperations)[number];
const isOrderOperation = (kind: string): kind is OrderOperation => orderOperations.some((each) => each === kind);

export type OperatingPorts = Ports & { keepRequest: KeepRequest; deleteRequest: DeleteRequest };

type FinishingPorts = Omit<OperatingPorts, 'keepRequest'>;

export type Attempt = OperationAttempt & { request: KeptRequests['operation'] };

/**
 * Sends an operation to Klarna, reads the order back and records both; tasks use it too, for interrupted operations.
 * One whose key Klarna may have forgotten is sent only if the order shows that it was not done.
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is tried again
 */
export async function finishOperation(
  ports: FinishingPorts,
  attempt: Attempt,
): Promise<RecordResult & { error?: KlarnaError }> {
  const { payment, operation } = attempt;
  if (isKeyForgotten(operation, ports.now())) {
    const { trace, reports } = await lookFor(ports, {
      payment,
      operation,
      order_expires_at: attempt.request.order_expires_at,
    });
    if (trace !== 'not done') return recordResult(ports, attempt, reports);
  }
  const { report, error } = await reportOf(ports, attempt);
  const reports = await withReadBack(ports, payment, { report, order_id: payment.facts.order_id ?? '' });
  return { ...(await recordResult(ports, attempt, reports)), ...(error && { error }) };
}

/**
 * Concludes an operation whose request is lost, so that it cannot be sent again: it was done if the order shows it;
 * otherwise its result is unknown.
 * @throws KlarnaError of kind `unavailable`: the order cannot be read now
 */
export async function concludeOperation(
  ports: FinishingPorts,
  unsent: Pick<Attempt, 'payment' | 'operation'>,
): Promise<RecordResult> {
  const { reports } = await lookFor(ports, unsent);
  return recordResult(ports, unsent, reports);
}

async function recordResult(
  ports: FinishingPorts,
  { payment, operation }: Pick<Attempt, 'payment' | 'operation'>,
  reports: Reports,
): Promise<RecordResult> {
  const recorded = await recordAll(ports.store, { id: payment.id, known: payment }, reports);
  await ports.deleteRequest(requestKey('operation', payment, operation));
  return recorded;
}

type Reports = [Report, ...Report[]];

/** What the order shows of an operation, and the reports of that result and of the order. */
async function lookFor(ports: Ports, traced: Parameters<typeof traceOf>[1]) {
  const { payment, operation } = traced;
  const order_id = payment.facts.order_id ?? '';
  const { answer, times } = await askTimed(ports, payment, () => ports.klarna(payment.account).readOrder(order_id));
  if ('error' in answer) throw answer.error.doubted();
  const trace = traceOf(answer.value, traced);
  const { observedAt } = times;
  const report =
    typeof trace === 'string'
      ? unknownReport(operation, { observedAt })
      : successReport(operation, { observedAt, ...trace.done });
  const reports: Reports = [report, orderReport(payment, answer.value, times)];
  return { trace, reports };
}

async function reportOf(ports: Ports, attempt: Attempt): Promise<{ report: Report; error?: KlarnaError }> {
  const { payment, operation } = attempt;
  const answer = await askAgain(ports, attempt, () => send(ports.klarna(payment.account), attempt));
  const observedAt = ports.now().toISOString();
  if ('value' in answer) return { report: successReport(operation, { observedAt, ...answer.value }) };
  const { error } = answer;
  return { report: refusalReport(operation, { error, observedAt }), error };
}

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
