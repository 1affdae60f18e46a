import type { EmulatedOrder } from '../../../emulator/state.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { ordersOf } from '../klarna/orders.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';
import { isOfItsSession, ordersNamedTo, wasUnreadable } from './evidence.ts';
import { endsWithoutMoney, isOrderSuspected, isPaid, ownOrder, toldOrders, toldReasons } from './held.ts';

/**
 * At the end every payment holds Klarna's order word by word and cent by cent, every other order under its name was told, and what is
 * final is true.
 */
export const ordersAreKnown = (world: World): BrokenPromise[] =>
  world.payments().flatMap((payment) => {
    const orders = ordersOf(world, payment.id);
    if (orders.length === 0) return noOrder(payment);
    const own = orders.find(({ order_id }) => order_id === ownOrder(payment));
    if (!own) return unknownOrder(world, payment, orders);
    return [...orderIsKnown(world, payment, own), ...othersAreTold(world, payment, orders)];
  });

const noOrder = (payment: Payment): BrokenPromise[] =>
  isPaid(payment)
    ? [
        {
          promise: 'what is final is true',
          payment: payment.id,
          text: `${payment.id} has no order and is ${payment.stage}`,
        },
      ]
    : [];

/** Klarna has an order, and the payment holds none: it must not have been able to know it, and somebody must be told. */
function unknownOrder(world: World, payment: Payment, all: EmulatedOrder[]): BrokenPromise[] {
  const { id, stage } = payment;
  const broken = (promise: string, text: string) => [{ promise, payment: id, text }];
  const named = ordersNamedTo(world, id);
  const orders = all.filter((order) => named.has(order.order_id) || isOfItsSession(world, payment, order));
  const [first] = orders;
  if (ownOrder(payment)) return broken("Klarna's order is known", `${id} holds another order than Klarna has`);
  if (orders.some(({ order_id }) => named.has(order_id)))
    return broken(
      "Klarna's order is known",
      `${id} holds no order and is ${stage}, a callback named ${first?.order_id}`,
    );
  if (!first || (named.size === 0 && !isOrderSuspected(payment) && isBeyondReach(world, payment))) return [];
  if (endsWithoutMoney(payment) && orders.some(isGood))
    return broken('what is final is true', `${id} is ${stage}, Klarna has an order that is ${first?.status}`);
  return toldReasons(payment).length > 0
    ? []
    : broken('what waits for a human says so', `${id} is ${stage}, nobody was told of Klarna's order`);
}

const isGood = ({ status, fraud_status }: EmulatedOrder) =>
  fraud_status !== 'REJECTED' && status !== 'CANCELLED' && status !== 'EXPIRED';

/** No callback arrived, and Klarna could not be read before the session was gone. */
function isBeyondReach(world: World, { facts }: Payment): boolean {
  const sessions = world.surroundings.klarna.core.controls.sessions();
  const session = sessions.find(({ session_id }) => session_id === facts.hpp_session_id);
  return session !== undefined && wasUnreadable(world, session);
}

/** An order of which a callback told is told to a human, unless it is the payment's own. */
function othersAreTold(world: World, payment: Payment, orders: EmulatedOrder[]): BrokenPromise[] {
  const named = ordersNamedTo(world, payment.id);
  const told = toldOrders(payment);
  return orders
    .filter(({ order_id }) => order_id !== ownOrder(payment) && named.has(order_id) && !told.includes(order_id))
    .map(({ order_id }) => ({
      promise: 'every second order is told',
      payment: payment.id,
      text: `nobody was told of order ${order_id} beside that of ${payment.id}`,
    }));
}

const orderFields = [
  'status',
  'fraud_status',
  'order_amount',
  'captured_amount',
  'refunded_amount',
  'remaining_authorized_amount',
] as const;

function orderIsKnown(world: World, payment: Payment, order: EmulatedOrder): BrokenPromise[] {
  const broken = (text: string) => [{ promise: "Klarna's order is known", payment: payment.id, text }];
  const { order: held, stage } = payment;
  const { absent } = world.surroundings.klarna;
  const isAbsent = (field: string) => [...absent].some((each) => each === `order.${field}`);
  // After an end without money a further decision or cancellation may stay unknown.
  const isLate = (field: string) =>
    (field.endsWith('status') || field === 'remaining_authorized_amount') &&
    order.captured_amount === 0 &&
    endsWithoutMoney(payment);
  const different = orderFields.filter((field) => !isAbsent(field) && !isLate(field) && held?.[field] !== order[field]);
  if (different.length > 0)
    return broken(
      different.map((field) => `${payment.id} holds ${field} ${held?.[field]}, Klarna ${order[field]}`).join(', '),
    );
  const expected = stagesOf(payment, order);
  if (!expected.includes(stage)) return broken(`${payment.id} is ${stage}, Klarna's order makes it ${expected[0]}`);
  const last = payment.changes.at(-1)?.stage.to;
  return last === stage ? [] : broken(`${payment.id} is ${stage}, the last published stage is ${last}`);
}

/** The stage that Klarna's order makes, and the others that a payment may stay in. */
function stagesOf({ changes }: Payment, order: EmulatedOrder): string[] {
  if (order.captured_amount > 0) return [stageAfterCapture(order)];
  const stage = stageBeforeCapture(order);
  const wasRejected = changes.some(({ stage: { to } }) => to === 'rejected');
  const end = order.status === 'AUTHORIZED' ? [] : [order.status.toLowerCase()];
  return [stage, ...end, ...(wasRejected ? ['rejected'] : [])];
}

function stageAfterCapture({ status, captured_amount, refunded_amount }: EmulatedOrder): string {
  if (status === 'PART_CAPTURED') return 'part_captured';
  if (refunded_amount === 0) return 'captured';
  return refunded_amount < captured_amount ? 'part_refunded' : 'refunded';
}

function stageBeforeCapture({ status, fraud_status }: EmulatedOrder): string {
  if (fraud_status === 'REJECTED') return 'rejected';
  if (status !== 'AUTHORIZED') return status.toLowerCase();
  return fraud_status === 'PENDING' ? 'pending' : 'ordered';
}
