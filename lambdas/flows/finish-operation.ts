import type { Operation } from '../payment/operation.ts';
import type { Report } from '../payment/report.ts';
import type { Klarna } from '../klarna/client/client.ts';
import { isKeyForgotten } from '../klarna/client/idempotency.ts';
import type { KlarnaError } from '../klarna/client/klarna-error.ts';
import { type OperationRequest, toCapture, toDueDate, toRefund } from '../klarna/bodies/operations.ts';

import type { Payment } from '../payment/payment.ts';
import { recordAll } from '../payment/record.ts';
import { ask, requestKey, withReadBack } from './ask-klarna.ts';
import type { ForgetRequest, KeepRequest, Ports } from './ports.ts';
import { abandoned, refused, succeeded } from './operation-reports.ts';

/** What a merchant may ask of an order. */
export const operable = ['capture', 'refund', 'cancellation', 'release', 'extension'] as const;
export type Operable = (typeof operable)[number];
const isOperable = (kind: string): kind is Operable => operable.some((each) => each === kind);

export type OperatingPorts = Ports & { keepRequest: KeepRequest; forgetRequest: ForgetRequest };

export type Attempt = { payment: Payment; operation: Operation; request: OperationRequest };

/**
 * Asks Klarna, reads the order back and records both; used by duty too, for what was interrupted.
 * @throws KlarnaError of kind `unavailable`: the operation stays open and is asked again under the same key
 */
export async function finishOperation(
  ports: Omit<OperatingPorts, 'keepRequest'>,
  { payment, operation, request }: Attempt,
): Promise<{ payment: Payment; error?: KlarnaError }> {
  const order_id = payment.facts.order_id ?? '';
  const { report, error } = await answerTo(ports, { payment, operation, request });
  const [after] = await recordAll(ports.store, payment.id, await withReadBack(ports, payment, { report, order_id }));
  await ports.forgetRequest(requestKey(payment, operation));
  return { payment: after, ...(error && { error }) };
}

async function answerTo(ports: Ports, attempt: Attempt): Promise<{ report: Report; error?: KlarnaError }> {
  const { payment, operation } = attempt;
  const klarna = ports.klarna(payment.account);
  const observedAt = () => ports.now().toISOString();
  if (isUntraceable(operation) && isKeyForgotten(operation, ports.now()))
    return { report: abandoned(operation, { observedAt: observedAt() }) };
  const answer = await ask(async () => (await done(klarna, attempt, ports.now())) ?? call(klarna, attempt));
  if ('value' in answer) return { report: succeeded(operation, { observedAt: observedAt(), ...answer.value }) };
  const { error } = answer;
  return { report: refused(operation, { error, observedAt: observedAt() }), error };
}

type Made = { capture_id?: string | undefined; refund_id?: string | undefined; correlation_id?: string | undefined };

async function call(klarna: Klarna, { payment, operation, request }: Attempt): Promise<Made> {
  const { id: key, amount = 0 } = operation;
  const at = { order_id: payment.facts.order_id ?? '', key };
  const calls: Record<Operable, () => Promise<Made>> = {
    capture: () => klarna.capture({ ...at, body: toCapture(request, { amount, operation: key }) }),
    refund: () => klarna.refund({ ...at, body: toRefund(request, { amount, operation: key }) }),
    cancellation: () => klarna.cancelOrder(at),
    release: () => klarna.releaseRemaining(at),
    extension: () =>
      request.capture_id
        ? klarna.extendDueDate({ ...at, capture_id: request.capture_id, body: toDueDate(request) })
        : klarna.extendAuthorization(at),
  };
  if (!isOperable(operation.kind)) throw new Error(`${operation.kind} is no operation on an order`);
  return calls[operation.kind]();
}

/** What was asked so long ago that its key may be forgotten is looked for in the order before it is asked again. */
async function done(klarna: Klarna, { payment, operation, request }: Attempt, now: Date): Promise<Made | undefined> {
  if (!isKeyForgotten(operation, now)) return undefined;
  const order = await klarna.readOrder(payment.facts.order_id ?? '');
  const isOurs = (made: { reference?: string | undefined; amount?: number | undefined }) =>
    made.reference === (request.reference ?? operation.id) && (made.amount ?? operation.amount) === operation.amount;
  const others = payment.operations.filter(({ id }) => id !== operation.id);
  const found: Partial<Record<Operable, () => Made | undefined>> = {
    capture: () =>
      order.captures.find(
        (made) =>
          isOurs({ ...made, amount: made.captured_amount }) &&
          !others.some(({ kind, capture_id }) => kind === 'capture' && capture_id === made.capture_id),
      ),
    refund: () =>
      order.refunds.find(
        (made) =>
          isOurs({ ...made, amount: made.refunded_amount }) &&
          !others.some(({ refund_id }) => refund_id === made.refund_id),
      ),
    cancellation: () => (order.status === 'CANCELLED' ? {} : undefined),
    release: () => (order.status === 'CAPTURED' && order.remaining_authorized_amount === 0 ? {} : undefined),
  };
  return isOperable(operation.kind) ? found[operation.kind]?.() : undefined;
}

/** A due date that moved leaves no trace by which to tell whether it did: it is not moved twice. */
const isUntraceable = ({ kind, capture_id }: Operation) => kind === 'extension' && capture_id !== undefined;
