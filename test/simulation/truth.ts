import type { EmulatedHostedSession, EmulatedOrder } from '../../emulator/state.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import { ordersOf } from './shoppers.ts';
import type { Broken } from './story.ts';
import type { World } from './world.ts';

/** What Klarna shows at the end is held by the payment, and was published. Klarna's words are read here anew, by no table of ours. */
export function truth(world: World): Broken[] {
  const { controls } = world.around.klarna.desk;
  return world.payments().flatMap((payment) => {
    const session = controls.sessions().find(({ session_id }) => session_id === payment.facts.hpp_session_id);
    const orders = ordersOf(world, payment.id);
    return [...(session ? sessionTold(payment, session) : []), ...orders.flatMap((order) => orderTold(payment, order))];
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
const final = ['COMPLETED', 'CANCELLED', 'DISABLED'];

/** A session that ended without a final word is gone by now, and the payment has expired. */
function sessionTold(payment: Payment, { status, updated_at }: EmulatedHostedSession): Broken[] {
  const wrong = (says: string) => [{ invariant: "Klarna's session is known", payment: payment.id, says }];
  const told = payment.changes.filter(
    ({ pspStatus, observedVia }) =>
      words.includes(pspStatus) && (observedVia === 'status_update' || observedVia === 'session_read'),
  );
  if (final.includes(status)) {
    if (payment.session?.word !== status)
      return wrong(`${payment.id} holds ${payment.session?.word}, Klarna ${status}`);
    return told.some(({ pspStatus }) => pspStatus === status)
      ? []
      : wrong(`${status} of ${payment.id} was not published`);
  }
  if (payment.stage !== 'expired' || payment.session?.word !== 'NOT_FOUND')
    return wrong(`the session of ${payment.id} ran out as ${status}, the payment is ${payment.stage}`);
  const last = told
    .filter(({ pspStatus }) => !['NOT_FOUND', 'TIMEOUT', 'WAITING'].includes(pspStatus))
    .at(-1)?.pspStatus;
  const wanted = status === 'WAITING' ? undefined : status;
  return last === wanted
    ? []
    : wrong(`${payment.id}: Klarna showed ${status} since ${updated_at}, published was ${last}`);
}

/** The order as Klarna keeps it, word by word and cent by cent. */
function orderTold(payment: Payment, order: EmulatedOrder): Broken[] {
  const wrong = (says: string) => [{ invariant: "Klarna's order is known", payment: payment.id, says }];
  const isReported = payment.conflicts.some(({ doubt }) => doubt === 'order_id'); // Klarna's sessions do not name it, its push was lost
  if (payment.facts.order_id === undefined && isReported) return [];
  if (payment.facts.order_id !== order.order_id)
    return wrong(`${payment.id} holds order ${payment.facts.order_id ?? 'none'}, Klarna ${order.order_id}`);
  const { order: held, stage } = payment;
  const same = [
    'status',
    'fraud_status',
    'order_amount',
    'captured_amount',
    'refunded_amount',
    'remaining_authorized_amount',
  ] as const;
  const differs = same.filter((field) => held?.[field] !== order[field]);
  if (differs.length > 0)
    return wrong(
      differs.map((field) => `${payment.id} holds ${field} ${held?.[field]}, Klarna ${order[field]}`).join(', '),
    );
  const wanted = stageOf(order);
  if (stage !== wanted) return wrong(`${payment.id} is ${stage}, Klarna's order makes it ${wanted}`);
  const last = payment.changes.at(-1)?.stage.to;
  return last === wanted ? [] : wrong(`${payment.id} is ${wanted}, published was ${last}`);
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
