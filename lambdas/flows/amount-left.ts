import type { KlarnaOrder } from '../klarna/client/answers.ts';
import type { OrderOperation } from './finish-operation.ts';

/**
 * What is left of the order to capture or to refund, in minor units; undefined where Klarna does not show it.
 */
export function amountLeft(
  kind: Extract<OrderOperation, 'capture' | 'refund'>,
  order: KlarnaOrder,
): number | undefined {
  if (kind === 'refund') return difference(order.captured_amount, order.refunded_amount);
  return order.remaining_authorized_amount ?? (isUnreleased(order) ? notCaptured(order) : undefined);
}

/** Only an order that is partly captured can be released, and a released one is CAPTURED (Klarna, "Release"). */
const isUnreleased = ({ status }: KlarnaOrder) => status === 'AUTHORIZED' || status === 'PART_CAPTURED';

const notCaptured = ({ status, order_amount, captured_amount }: KlarnaOrder) =>
  difference(order_amount, captured_amount ?? (status === 'AUTHORIZED' ? 0 : undefined));

const difference = (whole: number | undefined, part: number | undefined) =>
  whole === undefined || part === undefined ? undefined : whole - part;
