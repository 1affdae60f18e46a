import { randomUUID } from 'node:crypto';
import { days, type EmulatedCapture, type EmulatedOrder, type EmulatorState, type FraudStatus } from '../../state.ts';
import type { PurchaseBody } from './purchase-bodies.ts';

/** Places an order, which may be captured for 28 days. `capture` captures it at once unless its risk is undecided. */
export function newOrder(
  state: EmulatorState,
  { purchase, fraud, capture }: { purchase: PurchaseBody; fraud: FraudStatus; capture: boolean },
): EmulatedOrder {
  const amount = purchase.order_amount;
  const createdAt = state.now();
  const order: EmulatedOrder = {
    order_id: randomUUID(),
    status: 'AUTHORIZED',
    fraud_status: fraud,
    purchase,
    order_amount: amount,
    original_order_amount: amount,
    remaining_authorized_amount: amount,
    captured_amount: 0,
    refunded_amount: 0,
    created_at: createdAt.toISOString(),
    expires_at: new Date(createdAt.getTime() + 28 * days).toISOString(),
    klarna_reference: randomUUID().slice(0, 8).toUpperCase(),
    captures: [],
    refunds: [],
    acknowledged: false,
    shipping_info: [],
  };
  state.orders.set(order.order_id, order);
  if (capture && fraud === 'ACCEPTED') addCapture(state, order, { captured_amount: amount });
  return order;
}

type CaptureFields = Pick<EmulatedCapture, 'captured_amount' | 'reference' | 'description'>;

/** Adds a capture to an order, which is CAPTURED once nothing remains, and gives the id of the capture. */
export function addCapture(
  state: EmulatorState,
  order: EmulatedOrder,
  fields: CaptureFields & { shipping_info?: object[] },
): string {
  const capture_id = randomUUID();
  order.captures.push({
    ...fields,
    capture_id,
    klarna_reference: `${order.klarna_reference}-${order.captures.length + 1}`,
    captured_at: state.now().toISOString(),
    refunded_amount: 0,
    due_in_days: 30,
    shipping_info: fields.shipping_info ?? [],
  });
  order.captured_amount += fields.captured_amount;
  order.remaining_authorized_amount -= fields.captured_amount;
  order.status = order.remaining_authorized_amount === 0 ? 'CAPTURED' : 'PART_CAPTURED';
  return capture_id;
}
