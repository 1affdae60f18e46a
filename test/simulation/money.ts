import type { EmulatedOrder } from '../../emulator/state.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { Merchant, Wish } from './merchants.ts';
import { ordersOf } from './shoppers.ts';
import type { Broken } from './story.ts';
import type { World } from './world.ts';

/** One order for one payment; one capture and one refund for one wish that was granted, none for one that was not. */
export function money(world: World, { wishes, payments: ids }: Merchant): Broken[] {
  const payments = world.payments();
  return [
    ...ids.flatMap((id) => oneOrder(ordersOf(world, id), id)),
    ...wishes.flatMap((wish) =>
      granted(wish, { payment: payments.find(({ id }) => id === wish.payment), orders: ordersOf(world, wish.payment) }),
    ),
    ...strangers(world, wishes),
    ...payments.flatMap((payment) => placed(world, payment)),
  ];
}

const oneOrder = (orders: EmulatedOrder[], payment: string): Broken[] =>
  orders.length > 1
    ? [{ invariant: 'one order per payment', payment, says: `${payment} has ${orders.length} orders` }]
    : [];

type Found = { payment: Payment | undefined; orders: EmulatedOrder[] };

/** Captures and refunds carry the name of their operation, since the merchant named none. */
const doneAt = ({ kind, operation }: Wish, orders: EmulatedOrder[]): number | undefined => {
  const named = ({ reference }: { reference?: string | undefined }) => reference === operation;
  if (kind === 'capture') return orders.flatMap(({ captures }) => captures.filter(named)).length;
  if (kind === 'refund') return orders.flatMap(({ refunds }) => refunds.filter(named)).length;
  if (kind === 'charge') return orders.length;
  return kind === 'cancellation' ? Number(orders.some(({ status }) => status === 'CANCELLED')) : undefined;
};

function granted(wish: Wish, { payment, orders }: Found): Broken[] {
  const { kind, operation, answers, payment: id } = wish;
  const result = payment?.operations.find(({ id: each }) => each === operation)?.result;
  const done = doneAt(wish, orders);
  const repaired = kind === 'charge' && payment?.facts.hpp_session_id; // its order is that of the repair
  if (done === undefined || repaired) return [];
  const wrong = (is: boolean, says: string) =>
    is ? [{ invariant: 'once per wish', payment: id, says: `${kind} of ${id} ${says}` }] : [];
  const wanted = Number(result?.state === 'SUCCESS');
  const refusedAnyway = kind === 'cancellation' && wanted === 0; // somebody else may have cancelled
  return [
    ...wrong(done !== wanted && !refusedAnyway, `is held as ${result?.state ?? 'never asked'}, done ${done} times`),
    ...wrong(answers.includes(201) && done !== 1, `was answered 201, done ${done} times`),
    ...wrong(answers.includes(202) && !result, 'was answered 202 and forgotten'),
  ];
}

/** Money that moved without a wish. */
function strangers({ around }: World, wishes: Wish[]): Broken[] {
  const wished = new Set(wishes.map(({ operation }) => operation));
  const moves = around.klarna.desk.controls
    .orders()
    .flatMap(({ captures, refunds, purchase }) =>
      [...captures, ...refunds].map(({ reference }) => ({ reference, payment: String(purchase.merchant_reference2) })),
    );
  return moves
    .filter(({ reference }) => reference !== undefined && !wished.has(reference))
    .map(({ payment, reference }) => ({ invariant: 'once per wish', payment, says: `nobody wished for ${reference}` }));
}

const minute = 60_000;

/** A token that was in hand in good time has been spent for what the payment is for. */
function placed(world: World, payment: Payment): Broken[] {
  const { request, facts, id } = payment;
  const flow = request?.flow ?? '';
  if (!['tokenize', 'buy_and_tokenize', 'charge'].includes(flow)) return [];
  const seen = world.tokensSeen.get(id);
  if (!seen) return [];
  const useful = seen.dies - Math.max(seen.at, world.troubleEnded());
  const spent = flow === 'tokenize' ? facts.customer_token_id : facts.order_id;
  const refused = payment.stage === 'rejected';
  if (spent || refused || useful < 35 * minute) return [];
  return [{ invariant: 'a token in hand is used', payment: id, says: `${id} let its token go unused` }];
}
