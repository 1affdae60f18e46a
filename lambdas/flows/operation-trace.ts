import type { KlarnaOrder } from '../klarna/client/answers.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment } from '../payment/payment.ts';

/** Klarna's ids of what an operation made. */
export type ExecutionIds = {
  capture_id?: string | undefined;
  refund_id?: string | undefined;
  correlation_id?: string | undefined;
};

/** What an order shows of an operation. Only what was surely not done may be requested without its old key. */
type Trace = { done: ExecutionIds } | 'not done' | 'unknown';

type Traced = {
  payment: Payment;
  operation: Operation;
  /** When the order's authorization ended before the operation was claimed. */
  order_expires_at?: string | undefined;
};

/** What the order shows of an operation whose answer never arrived. What Klarna leaves out proves nothing. */
export function traceOf(order: KlarnaOrder, traced: Traced): Trace {
  const { kind, capture_id } = traced.operation;
  if (kind === 'capture') return captureTrace(order, traced);
  if (kind === 'refund') return refundTrace(order, traced);
  if (kind === 'cancellation') return cancellationTrace(order);
  if (kind === 'release') return releaseTrace(order);
  if (kind === 'extension' && capture_id === undefined) return extensionTrace(order, traced);
  return 'unknown'; // a moved due date leaves no trace
}

type Execution = { id?: string | undefined; amount?: number | undefined; reference?: string | undefined };

function captureTrace({ captures, captured_amount: total }: KlarnaOrder, traced: Traced): Trace {
  const executions = captures.map(({ capture_id: id, captured_amount: amount, ...rest }) => ({ id, amount, ...rest }));
  const known = others(traced).map(({ kind, capture_id }) => (kind === 'capture' ? capture_id : undefined));
  const ours = executionOf(traced, executions, known);
  return ours ? { done: { capture_id: ours.id } } : totalTrace(traced, total);
}

function refundTrace({ refunds, refunded_amount: total }: KlarnaOrder, traced: Traced): Trace {
  const executions = refunds.map(({ refund_id: id, refunded_amount: amount, ...rest }) => ({ id, amount, ...rest }));
  const known = others(traced).map(({ refund_id }) => refund_id);
  const ours = executionOf(traced, executions, known);
  return ours ? { done: { refund_id: ours.id } } : totalTrace(traced, total);
}

const others = ({ payment, operation }: Traced) => payment.operations.filter(({ id }) => id !== operation.id);

/**
 * The execution of an operation. The operation's id as its reference belongs to it alone. A reference of the merchant's
 * may be used more than once: it counts with the amount, and with an id that belongs to no other operation.
 */
function executionOf(
  { operation: { id: own, reference, amount } }: Traced,
  executions: Execution[],
  known: (string | undefined)[],
): Execution | undefined {
  if (reference === undefined) return executions.find((each) => each.reference === own);
  return executions.find(
    (each) =>
      each.reference === reference && each.amount === amount && each.id !== undefined && !known.includes(each.id),
  );
}

/** An operation was not done if the total is what the answered ones add up to. Anything more may be this one. */
function totalTrace(traced: Traced, total: number | undefined): Trace {
  const answered = others(traced).filter(
    ({ kind, result }) => kind === traced.operation.kind && result?.state === 'SUCCESS',
  );
  return total === answered.reduce((sum, { amount = 0 }) => sum + amount, 0) ? 'not done' : 'unknown';
}

const cancellationTrace = ({ status }: KlarnaOrder): Trace => {
  if (status === 'CANCELLED') return { done: {} };
  return ['AUTHORIZED', 'PART_CAPTURED', 'CAPTURED', 'EXPIRED'].includes(status ?? '') ? 'not done' : 'unknown';
};

/** After a release the order is CAPTURED, and nothing is left of it. */
function releaseTrace({ status, remaining_authorized_amount: left }: KlarnaOrder): Trace {
  if (status === 'CAPTURED' && (left ?? 0) === 0) return { done: {} };
  return ['AUTHORIZED', 'PART_CAPTURED', 'CANCELLED', 'EXPIRED'].includes(status ?? '') ? 'not done' : 'unknown';
}

/** An extension moves the end of the authorization, unless another one did. */
function extensionTrace({ expires_at: now }: KlarnaOrder, traced: Traced): Trace {
  const { order_expires_at: before, operation } = traced;
  if (!before || !now || now < before) return 'unknown';
  if (now === before) return 'not done';
  const mayBeAnother = others(traced).some(
    ({ kind, capture_id, result }) =>
      kind === 'extension' && capture_id === undefined && (!result || result.at >= operation.askedAt),
  );
  return mayBeAnother ? 'unknown' : { done: {} };
}
