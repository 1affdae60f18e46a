import type { Operation } from '../payment/operation.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import type { Order } from '../klarna/client/answers.ts';
import { idempotencyKey } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import type { OperationRequest } from '../klarna/bodies/operations.ts';
import { doubtAbout, orderReport } from '../klarna/inbound/readings.ts';
import { type ClaimOutcome, claim } from '../payment/claims.ts';
import type { Payment } from '../payment/payment.ts';
import { record, revise } from '../payment/record.ts';
import { type Attempt, finishOperation, type Operable, type OperatingPorts } from './finish-operation.ts';
import { type Answer, isUnavailable, requestKey, askTimed } from './ask-klarna.ts';

export type OperateCommand = {
  payment: PaymentId;
  kind: Operable;
  /** The caller's idempotency key. */
  key: string;
  request: OperationRequest;
  fingerprint: string;
};

export type OperateResult =
  | { outcome: 'finished'; payment: Payment; operation: Operation; error?: KlarnaError }
  /** Klarna has not answered; it is asked again until it does. */
  | { outcome: 'under_way'; payment: Payment; operation: Operation }
  | { outcome: 'unknown payment' | 'no order' | 'different' | 'full' }
  /** The order is not what was asked for: money does not move before somebody has looked. */
  | { outcome: 'doubtful'; field: string }
  /** More than Klarna says is left; minor units. */
  | { outcome: 'too much'; left: number };

/**
 * Does one operation on the order, once however often it is asked under the same key: read the order, compare, note, ask
 * Klarna, read back, record. What Klarna says is left bounds the amount.
 */
export async function operate(ports: OperatingPorts, asked: OperateCommand): Promise<OperateResult> {
  const payment = await ports.store.find(asked.payment);
  if (!payment) return { outcome: 'unknown payment' };
  const id = idempotencyKey(asked.payment, asked.kind, asked.key);
  const known = payment.operations.find((each) => each.id === id);
  if (known) return repeat(ports, payment, { known, asked });
  const order_id = payment.facts.order_id;
  if (!order_id) return { outcome: 'no order' };
  const read = await askTimed(ports, () => ports.klarna(payment.account).readOrder(order_id));
  if ('error' in read.answer && read.answer.error.status !== 404) throw read.answer.error; // not compared, not moved
  const checked = 'value' in read.answer ? check(payment, read.answer.value, asked) : { amount: asked.request.amount };
  if ('value' in read.answer)
    await record(ports.store, payment.id, orderReport(payment, read.answer.value, read.times));
  if ('outcome' in checked) return checked;
  const { amount } = checked;
  const operation: Operation = {
    id,
    kind: asked.kind,
    amount,
    currency: amount === undefined ? undefined : (payment.request?.currency ?? currencyOf(read.answer)),
    reference: asked.request.reference,
    capture_id: asked.request.capture_id,
    fingerprint: asked.fingerprint,
    askedAt: ports.now().toISOString(),
  };
  return begin(ports, { payment, operation, asked });
}

type Begun = { payment: Payment; operation: Operation; asked: OperateCommand };

async function begin(ports: OperatingPorts, { payment, operation, asked }: Begun): Promise<OperateResult> {
  const kept = requestKey(payment, operation);
  await ports.keepRequest({ ...kept, body: asked.request });
  const [claimed, standing] = await revise<ClaimOutcome>(ports.store, { id: payment.id, at: operation.askedAt }, (now) =>
    claim(now, operation),
  );
  if (standing !== 'claimed' && standing !== 'under_way') await ports.forgetRequest(kept); // nobody will ask with it
  if (standing === 'different' || standing === 'full') return { outcome: standing };
  if (standing !== 'claimed') return standingOf(claimed, operation.id);
  return attempt(ports, { payment: claimed, operation, request: asked.request });
}

/** The same key again: Klarna's answer as it was kept, or Klarna is asked once more for the same thing. */
async function repeat(
  ports: OperatingPorts,
  payment: Payment,
  { known, asked }: { known: Operation; asked: OperateCommand },
): Promise<OperateResult> {
  if (known.fingerprint !== asked.fingerprint) return { outcome: 'different' };
  if (known.result) return { outcome: 'finished', payment, operation: known };
  return attempt(ports, { payment, operation: known, request: asked.request });
}

function standingOf(payment: Payment, id: string): OperateResult {
  const operation = payment.operations.find((each) => each.id === id);
  if (!operation) return { outcome: 'different' };
  return { outcome: operation.result ? 'finished' : 'under_way', payment, operation };
}

async function attempt(ports: OperatingPorts, asked: Attempt): Promise<OperateResult> {
  try {
    const { payment, error } = await finishOperation(ports, asked);
    return { ...standingOf(payment, asked.operation.id), ...(error && { error }) };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { outcome: 'under_way', payment: asked.payment, operation: asked.operation };
  }
}

const currencyOf = (answer: Answer<Order>) => ('value' in answer ? answer.value.purchase_currency : undefined);

/** The amount to ask for: what the caller says, or all that is left. States are Klarna's to refuse, in its own words. */
function check(payment: Payment, order: Order, { kind, request }: OperateCommand): OperateResult | { amount: number | undefined } {
  const field = doubtAbout(payment, order);
  if (field) return { outcome: 'doubtful', field };
  const left = leftFor(kind, order);
  if (left === undefined) return { amount: request.amount };
  const amount = request.amount ?? left;
  return amount > left && left > 0 ? { outcome: 'too much', left } : { amount };
}

/** Undefined where an operation has no amount. */
function leftFor(kind: Operable, order: Order): number | undefined {
  if (kind === 'capture') return order.remaining_authorized_amount ?? 0;
  return kind === 'refund' ? (order.captured_amount ?? 0) - (order.refunded_amount ?? 0) : undefined;
}
