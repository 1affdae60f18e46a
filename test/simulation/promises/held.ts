import * as z from 'zod';
import type { Payment } from '../../../lambdas/payment/payment.ts';

/** What a stored payment holds, for the promises: the only place that names its fields for them. */

const hint = z.looseObject({ order_id: z.string() });
/** One hinted order in older items, a list in newer ones. */
const hints = z.looseObject({ hintedOrder: hint.optional(), hintedOrders: z.array(hint).optional() });

/** The order that the payment claims as its own. */
export const ownOrder = ({ facts }: Payment): string | undefined => facts.order_id;

/** Every order that the payment has heard of: its own, hinted ones, those of conflicts and of warnings. */
export function knownOrders(payment: Payment): Set<string> {
  const { hintedOrder, hintedOrders = [] } = hints.parse(payment);
  const inConflicts = payment.conflicts.flatMap(({ facts, hintedOrderId }) => [facts.order_id, hintedOrderId]);
  const all = [ownOrder(payment), hintedOrder?.order_id, ...hintedOrders.map(({ order_id }) => order_id)];
  return new Set([...all, ...inConflicts, ...toldOrders(payment)].filter((id) => id !== undefined));
}

/** The reasons for which a human was told to look. */
export const toldReasons = ({ changes }: Payment) =>
  changes.flatMap(({ attention }) => (attention ? [attention.reason] : []));

/** The orders that a human was told of because the payment does not claim them. */
export const toldOrders = ({ changes }: Payment): string[] =>
  changes.flatMap(({ attention }) => attention?.order_id ?? []);

const finalEndsWithoutMoney = ['cancelled', 'expired', 'rejected', 'disabled'];
export const endsWithoutMoney = ({ stage }: Payment): boolean => finalEndsWithoutMoney.includes(stage);
export const isPaid = ({ stage }: Payment): boolean =>
  ['ordered', 'part_captured', 'captured', 'part_refunded', 'refunded'].includes(stage);

export const wasAuthorized = ({ facts }: Payment): boolean => (facts.authorizations ?? []).length > 0;

/** At most so many tokens are remembered of a payment. */
export const rememberedTokens = 8;

/** True where the payment holds that Klarna may have an order of it whose id is unknown. */
export const isOrderSuspected = ({ conflicts }: Payment): boolean =>
  conflicts.some(({ doubt }) => doubt === 'order_id');
