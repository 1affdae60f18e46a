import type { Klarna } from '../klarna/client.ts';
import type { KlarnaError } from '../klarna/klarna-error.ts';
import { type OperationRequest, toCapture, toDueDate, toRefund } from '../klarna/operation-bodies.ts';
import type { Operation } from '../payment/operations.ts';
import type { Payment } from '../payment/payment.ts';
import { recordAll } from '../payment/record.ts';
import { ask, keptAs, withReadBack } from './perform.ts';
import type { ForgetRequest, KeepRequest, Ports } from './ports.ts';
import { refused, succeeded } from './results.ts';

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
  const klarna = ports.klarna(payment.account);
  const answer = await ask(
    async () =>
      (await done(klarna, { order_id, operation, request }, ports.now())) ??
      call(klarna, { order_id, operation, request }),
  );
  const heardAt = ports.now().toISOString();
  const error = 'error' in answer ? answer.error : undefined;
  const report =
    'error' in answer
      ? refused(operation, { error: answer.error, heardAt })
      : succeeded(operation, { heardAt, ...answer.value });
  const [after] = await recordAll(ports.store, payment.id, await withReadBack(ports, payment, { report, order_id }));
  await ports.forgetRequest({ payment: payment.id, id: keptAs(operation) });
  return { payment: after, ...(error && { error }) };
}

type Made = { capture_id?: string; refund_id?: string; correlation_id?: string };
type Call = { order_id: string; operation: Operation; request: OperationRequest };

async function call(klarna: Klarna, { order_id, operation, request }: Call): Promise<Made> {
  const { id: key, amount = 0 } = operation;
  const at = { order_id, key };
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

/** Klarna honours an idempotency key for 24 hours (Klarna, "Order management"); milliseconds, with an hour to spare. */
const keyLife = 23 * 3600_000;

/** What was asked so long ago that its key may be forgotten is looked for in the order before it is asked again. */
async function done(klarna: Klarna, { order_id, operation, request }: Call, now: Date): Promise<Made | undefined> {
  if (now.getTime() - Date.parse(operation.askedAt) < keyLife) return undefined;
  const order = await klarna.readOrder(order_id);
  const isOurs = ({ reference }: { reference?: string | undefined }) =>
    reference === (request.reference ?? operation.id);
  if (operation.kind === 'capture') return order.captures.find(isOurs);
  if (operation.kind === 'refund') return order.refunds.find(isOurs);
  return operation.kind === 'cancellation' && order.status === 'CANCELLED' ? {} : undefined;
}
