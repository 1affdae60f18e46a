import type { EmulatedHostedSession, EmulatedOrder } from '../../../emulator/state.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { ordersOf } from '../klarna/orders.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';

/**
 * At the end, every payment holds what Klarna shows of its session and its order, and has published it. Klarna's words are interpreted
 * here once more, without the product's tables.
 */
export function klarnaIsKnown(world: World): BrokenPromise[] {
  const { controls } = world.surroundings.klarna.core;
  return world.payments().flatMap((payment) => {
    const session = controls.sessions().find(({ session_id }) => session_id === payment.facts.hpp_session_id);
    const orders = ordersOf(world, payment.id);
    return [
      ...(session ? sessionIsKnown(payment, session) : []),
      ...orders.flatMap((order) => orderIsKnown(payment, order)),
    ];
  });
}

const words = [
  'WAITING',
  'IN_PROGRESS',
  'BACK',
  'FAILED',
  'ERROR',
  'MANUAL_ID_CHECK',
  'TIMEOUT',
  'COMPLETED',
  'CANCELLED',
  'DISABLED',
  'NOT_FOUND',
];
const finalWords = ['COMPLETED', 'CANCELLED', 'DISABLED'];

/** A session without a final word has expired by now, and the payment with it. */
function sessionIsKnown(payment: Payment, { status, updated_at }: EmulatedHostedSession): BrokenPromise[] {
  const broken = (text: string) => [{ promise: "Klarna's session is known", payment: payment.id, text }];
  const published = payment.changes.filter(
    ({ pspStatus, observedVia }) =>
      words.includes(pspStatus) && (observedVia === 'status_update' || observedVia === 'session_read'),
  );
  if (finalWords.includes(status)) {
    if (payment.session?.word !== status)
      return broken(`${payment.id} holds ${payment.session?.word}, Klarna ${status}`);
    return published.some(({ pspStatus }) => pspStatus === status)
      ? []
      : broken(`${status} of ${payment.id} was not published`);
  }
  if (payment.stage !== 'expired' || payment.session?.word !== 'NOT_FOUND')
    return broken(`the session of ${payment.id} ended as ${status}, the payment is ${payment.stage}`);
  const last = published
    .filter(({ pspStatus }) => !['NOT_FOUND', 'TIMEOUT', 'WAITING'].includes(pspStatus))
    .at(-1)?.pspStatus;
  const expected = status === 'WAITING' ? undefined : status;
  return last === expected
    ? []
    : broken(`${payment.id}: Klarna showed ${status} since ${updated_at}, the last published word is ${last}`);
}

const orderFields = [
  'status',
  'fraud_status',
  'order_amount',
  'captured_amount',
  'refunded_amount',
  'remaining_authorized_amount',
] as const;

/** The payment holds Klarna's order word by word and cent by cent. */
function orderIsKnown(payment: Payment, order: EmulatedOrder): BrokenPromise[] {
  const broken = (text: string) => [{ promise: "Klarna's order is known", payment: payment.id, text }];
  const isReported = payment.conflicts.some(({ doubt }) => doubt === 'order_id'); // its push was lost, and no session names it
  if (payment.facts.order_id === undefined && isReported) return [];
  if (payment.facts.order_id !== order.order_id)
    return broken(`${payment.id} holds order ${payment.facts.order_id ?? 'none'}, Klarna ${order.order_id}`);
  const { order: held, stage } = payment;
  const different = orderFields.filter((field) => held?.[field] !== order[field]);
  if (different.length > 0)
    return broken(
      different.map((field) => `${payment.id} holds ${field} ${held?.[field]}, Klarna ${order[field]}`).join(', '),
    );
  const expected = stageOf(order);
  if (stage !== expected) return broken(`${payment.id} is ${stage}, Klarna's order makes it ${expected}`);
  const last = payment.changes.at(-1)?.stage.to;
  return last === expected ? [] : broken(`${payment.id} is ${expected}, the last published stage is ${last}`);
}

function stageOf(order: EmulatedOrder): string {
  const { status, fraud_status, captured_amount, refunded_amount } = order;
  if (captured_amount === 0) return stageBeforeCapture(order);
  if (fraud_status === 'PENDING') return 'pending';
  if (status === 'PART_CAPTURED') return 'part_captured';
  if (refunded_amount === 0) return 'captured';
  return refunded_amount < captured_amount ? 'part_refunded' : 'refunded';
}

function stageBeforeCapture({ status, fraud_status }: EmulatedOrder): string {
  if (fraud_status === 'REJECTED') return 'rejected';
  if (status !== 'AUTHORIZED') return status.toLowerCase();
  return fraud_status === 'PENDING' ? 'pending' : 'ordered';
}
