import { randomUUID } from 'node:crypto';
import type { PurchaseBody } from './checks.ts';
import { type Capture, days, type Fraud, later, type Order, type State } from '../state.ts';

/** An order that stands from now on; it may be captured for 28 days. */
export function newOrder(state: State, made: { purchase: PurchaseBody; fraud: Fraud; capture: boolean }): Order {
  const { purchase, fraud, capture } = made;
  const amount = purchase.order_amount;
  const order: Order = {
    order_id: randomUUID(),
    status: 'AUTHORIZED',
    fraud_status: fraud,
    purchase,
    order_amount: amount,
    original_order_amount: amount,
    remaining_authorized_amount: amount,
    captured_amount: 0,
    refunded_amount: 0,
    created_at: state.now().toISOString(),
    expires_at: later(state, 28 * days),
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

/** Books a capture; the order is captured once nothing is left. */
export function addCapture(
  state: State,
  order: Order,
  asked: Pick<Capture, 'captured_amount' | 'reference' | 'description'> & { shipping_info?: object[] },
): string {
  const capture_id = randomUUID();
  order.captures.push({
    ...asked,
    capture_id,
    klarna_reference: `${order.klarna_reference}-${order.captures.length + 1}`,
    captured_at: state.now().toISOString(),
    refunded_amount: 0,
    due_in_days: 30,
    shipping_info: asked.shipping_info ?? [],
  });
  order.captured_amount += asked.captured_amount;
  order.remaining_authorized_amount -= asked.captured_amount;
  order.status = order.remaining_authorized_amount === 0 ? 'CAPTURED' : 'PART_CAPTURED';
  return capture_id;
}
