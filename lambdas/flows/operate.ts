import type { KlarnaOrder } from '../klarna/client/answers.ts';
import { idempotencyKey, isKeyForgotten } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { doubtAbout, orderReport } from '../klarna/inbound/readings.ts';
import type { OperationRequest } from '../merchant/operation-requests.ts';
import { applyReport } from '../payment/apply.ts';
import { type ClaimOutcome, claim } from '../payment/claims.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment } from '../payment/payment.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import { record, revise } from '../payment/record.ts';
import type { Report } from '../payment/report.ts';
import { amountLeft } from './amount-left.ts';
import { askTimed, isUnavailable, requestKey } from './ask-klarna.ts';
import { type Attempt, finishOperation, type OperatingPorts, type OrderOperation } from './finish-operation.ts';

export type OperateCommand = {
  payment: PaymentId;
  kind: OrderOperation;
  /** The caller's idempotency key. */
  key: string;
  request: OperationRequest;
  fingerprint: string;
};

/**
 * An operation that Klarna was asked for. under_way: Klarna has not answered; the request is repeated until it does.
 */
type OperationProgress =
  | { outcome: 'finished'; payment: Payment; operation: Operation; error?: KlarnaError }
  | { outcome: 'under_way'; payment: Payment; operation: Operation };

/** Why Klarna was not asked for an operation. */
export type OperateRefusal =
  | { outcome: 'unknown payment' | 'no order' | 'different' | 'full' | 'too large' }
  /** The request is for all that is left: that is nothing, or Klarna does not show it. */
  | { outcome: 'nothing left' | 'left unknown' }
  /** The order differs from the payment's request: money does not move before a human has looked. */
  | { outcome: 'doubtful'; field: string }
  /** More than Klarna says is left; minor units. */
  | { outcome: 'too much'; left: number };

export type OperateResult = OperationProgress | OperateRefusal;

/**
 * Does one operation on the order, once however often it is requested under the same key: read the order, compare,
 * claim, ask Klarna, read back, record. The amount that Klarna says is left is the limit.
 */
export async function operate(ports: OperatingPorts, command: OperateCommand): Promise<OperateResult> {
  const payment = await ports.store.find(command.payment);
  if (!payment) return { outcome: 'unknown payment' };
  const id = idempotencyKey(command.payment, command.kind, command.key);
  const known = payment.operations.find((each) => each.id === id);
  if (known) return repeat(ports, payment, { known, command });
  const order_id = payment.facts.order_id;
  if (!order_id) return { outcome: 'no order' };
  const { order, report } = await readOrder(ports, payment, order_id);
  const checked = check(payment, order, command);
  if ('outcome' in checked) {
    await record(ports.store, payment.id, report);
    return checked;
  }
  const { amount } = checked;
  const currency = amount === undefined ? undefined : (payment.request?.currency ?? order.purchase_currency);
  const operation = newOperation(command, { id, amount, currency, askedAt: ports.now().toISOString() });
  return claimAndAttempt(ports, { payment, operation, request: command.request, report });
}

/** The order and its report. @throws KlarnaError: a new order may not be readable yet, and what is not compared does not move */
async function readOrder(
  ports: OperatingPorts,
  payment: Payment,
  order_id: string,
): Promise<{ order: KlarnaOrder; report: Report }> {
  const { answer, times } = await askTimed(ports, payment, () => ports.klarna(payment.account).readOrder(order_id));
  if ('value' in answer) return { order: answer.value, report: orderReport(payment, answer.value, times) };
  throw answer.error;
}

const newOperation = (
  { kind, request: { reference, capture_id }, fingerprint }: OperateCommand,
  fields: Pick<Operation, 'id' | 'amount' | 'currency' | 'askedAt'>,
): Operation => ({ ...fields, kind, reference, capture_id, fingerprint });

/** Records the order as read and claims the operation, in one save. */
async function claimAndAttempt(
  ports: OperatingPorts,
  { payment, operation, request, report }: Attempt & { report: Report },
): Promise<OperateResult> {
  const key = requestKey('operation', payment, operation);
  const body = { ...request, order_expires_at: report.order?.expires_at };
  if ((await ports.keepRequest({ ...key, body })) === 'too large') return { outcome: 'too large' };
  const target = { id: payment.id, at: operation.askedAt, known: payment };
  const [claimed, outcome] = await revise<ClaimOutcome>(ports.store, target, (now) =>
    claim(applyReport(now, report)[0], operation),
  );
  if (outcome !== 'claimed' && outcome !== 'under_way') await ports.deleteRequest(key); // it will not be sent
  if (outcome === 'different' || outcome === 'full') return { outcome };
  if (outcome !== 'claimed') return resultOf(claimed, operation.id);
  return attemptOperation(ports, { payment: claimed, operation, request, isFirst: true });
}

/** The same key again: Klarna's answer as it was kept, or else the same request is sent to Klarna again. */
async function repeat(
  ports: OperatingPorts,
  payment: Payment,
  { known, command }: { known: Operation; command: OperateCommand },
): Promise<OperateResult> {
  if (known.fingerprint !== command.fingerprint) return { outcome: 'different' };
  if (known.result) return { outcome: 'finished', payment, operation: known };
  if (isKeyForgotten(known, ports.now())) return { outcome: 'under_way', payment, operation: known }; // for a task
  return attemptOperation(ports, { payment, operation: known, request: command.request });
}

function resultOf(payment: Payment, id: string): OperateResult {
  const operation = payment.operations.find((each) => each.id === id);
  if (!operation) return { outcome: 'different' };
  return { outcome: operation.result ? 'finished' : 'under_way', payment, operation };
}

async function attemptOperation(ports: OperatingPorts, attempt: Attempt): Promise<OperateResult> {
  try {
    const { payment, error } = await finishOperation(ports, attempt);
    return { ...resultOf(payment, attempt.operation.id), ...(error && { error }) };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { outcome: 'under_way', payment: attempt.payment, operation: attempt.operation };
  }
}

/**
 * The amount to request: the caller's, or all that is left, never nothing. Whether the order's state allows it is for
 * Klarna to decide.
 */
function check(
  payment: Payment,
  order: KlarnaOrder,
  { kind, request }: OperateCommand,
): OperateRefusal | { amount: number | undefined } {
  const field = doubtAbout(payment, order);
  if (field) return { outcome: 'doubtful', field };
  if (kind !== 'capture' && kind !== 'refund') return { amount: undefined };
  const left = amountLeft(kind, order);
  if (request.amount !== undefined)
    return left && request.amount > left ? { outcome: 'too much', left } : { amount: request.amount };
  if (left === undefined) return { outcome: 'left unknown' };
  return left > 0 ? { amount: left } : { outcome: 'nothing left' };
}
