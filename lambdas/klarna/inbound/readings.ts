import { shortHash } from '../../json.ts';
import { klarnaReference } from '../../payment/facts.ts';
import type { Payment } from '../../payment/payment.ts';
import type { Report } from '../../payment/report.ts';
import type { Meaning, Stage } from '../../payment/stages.ts';
import type { KlarnaOrder } from '../client/answers.ts';
import type { HostedSession } from '../client/hosted-session.ts';
import { orderWords, pspStatuses, sessionMeaning } from './statuses.ts';

/**
 * A read of Klarna: the payment's version from which it started, when, and when its answer arrived; ISO 8601, UTC,
 * milliseconds.
 */
export type ReadTimes = { version: number; startedAt: string; observedAt: string };

/**
 * The hosted session as Klarna describes it, as a report; without `statement` where Klarna gives no status. The token
 * in it is still in the clear: seal it into the facts. Source: Klarna, "Read session" of the hosted payment page.
 */
export function sessionReport(session: HostedSession, { version, startedAt, observedAt }: ReadTimes): Report {
  const { session_id: hpp_session_id, status, updated_at, expires_at, order_id, klarna_reference } = session;
  const base = {
    id: shortHash(['session_read', hpp_session_id, status, updated_at, order_id, session.authorization_token]),
    source: 'session_read',
    verifiedBy: 'read_back',
    observedAt,
    facts: { hpp_session_id, expires_at, order_id, ...klarnaReference(klarna_reference, updated_at ?? observedAt) },
    read: { target: 'session', startedAt, version },
  } as const;
  if (!status) return { ...base, at: observedAt };
  return {
    ...base,
    ...(status === 'COMPLETED' && order_id && { readRequest: 'order' }),
    at: updated_at ?? observedAt,
    word: status,
    statement: { pspStatus: status, meaning: sessionMeaning(status).meaning, about: 'session' },
  };
}

/** Klarna no longer has the session: it expired before the shopper finished. Klarna answers 404 NOT_FOUND. */
export const sessionGone = ({ version, startedAt, observedAt }: ReadTimes): Report => ({
  id: shortHash(['session_read', 'gone']),
  source: 'session_read',
  verifiedBy: 'read_back',
  at: observedAt,
  observedAt,
  facts: {},
  read: { target: 'session', startedAt, version },
  word: 'NOT_FOUND',
  statement: {
    pspStatus: 'NOT_FOUND',
    meaning: { ...pspStatuses.NOT_FOUND, final: true, stage: 'expired' },
    about: 'session',
  },
});

/** The order as Klarna describes it, as a report that moves the stage. Source: Klarna, Order Management "Get order". */
export function orderReport(
  payment: Payment,
  order: KlarnaOrder,
  { version, startedAt, observedAt }: ReadTimes,
): Report {
  const doubt = doubtAbout(payment, order);
  const { order_id, klarna_reference, merchant_reference1, merchant_reference2 } = order;
  const hasReference = merchant_reference1 ?? merchant_reference2;
  return {
    id: shortHash(['order_read', startedAt, JSON.stringify(order)]), // two reads of one millisecond may differ
    source: 'order_read',
    verifiedBy: 'read_back',
    at: observedAt,
    observedAt,
    word: order.status,
    statement: { ...orderMeaning(order), about: 'stage' },
    facts: {
      order_id,
      ...klarnaReference(klarna_reference, observedAt),
      ...(hasReference && { merchant: { merchant_reference1, merchant_reference2, at: observedAt } }),
    },
    read: { target: 'order', startedAt, version },
    order: {
      at: startedAt,
      version,
      status: order.status,
      fraud_status: order.fraud_status,
      order_amount: order.order_amount,
      captured_amount: order.captured_amount,
      refunded_amount: order.refunded_amount,
      remaining_authorized_amount: order.remaining_authorized_amount,
      currency: order.purchase_currency,
      expires_at: order.expires_at,
    },
    ...(doubt && { doubt }),
  };
}

/**
 * The field in which an order differs from the payment's request: then we do not believe that it is ours. An order that
 * was ours before stays ours when the merchant gives it other references or another amount (Order Management, "Update
 * merchant references", "Update order").
 */
export function doubtAbout({ id, request, order: known }: Payment, order: KlarnaOrder): string | undefined {
  if (!request) return undefined;
  const reference = order.merchant_reference2;
  if (!known && reference !== undefined && reference !== id) return 'merchant_reference2';
  if (order.purchase_currency !== undefined && order.purchase_currency !== request.currency) return 'purchase_currency';
  const amount = order.original_order_amount ?? (known ? undefined : order.order_amount);
  return amount !== undefined && amount !== request.amount ? 'order_amount' : undefined;
}

/**
 * What Klarna's order means for the payment. A rejection comes before everything else, but captured money stays
 * captured. An order that has ended waits for no decision.
 */
export function orderMeaning(order: KlarnaOrder): { pspStatus: string; meaning: Meaning } {
  const { status, fraud_status } = order;
  const stage = stageOf(order);
  if (fraud_status === 'REJECTED')
    return {
      pspStatus: 'REJECTED',
      meaning: { ...orderWords.REJECTED, ...(isCaptured(order) && stage && { stage }) },
    };
  if (status === 'CANCELLED') return { pspStatus: 'CANCELLED', meaning: { ...pspStatuses.CANCELLED, final: false } };
  if (status === 'EXPIRED' && !isCaptured(order)) return { pspStatus: 'EXPIRED', meaning: orderWords.EXPIRED };
  if (fraud_status === 'PENDING') return { pspStatus: 'PENDING', meaning: orderWords.PENDING };
  return { pspStatus: 'SUCCESS', meaning: { ...pspStatuses.SUCCESS, ...(stage && { stage }) } };
}

const isCaptured = ({ captured_amount = 0 }: KlarnaOrder) => captured_amount > 0;

/** Undefined for new words: they move nothing. Refunds count as a stage once nothing is left to capture. */
function stageOf(order: KlarnaOrder): Stage | undefined {
  const { status, captured_amount = 0, refunded_amount = 0 } = order;
  if (status === 'AUTHORIZED') return 'ordered';
  if (status === 'PART_CAPTURED') return 'part_captured';
  const isClosed = status === 'CAPTURED' || status === 'CLOSED' || status === 'EXPIRED';
  if (!isClosed || captured_amount === 0) return undefined;
  if (refunded_amount === 0) return 'captured';
  return refunded_amount < captured_amount ? 'part_refunded' : 'refunded';
}
