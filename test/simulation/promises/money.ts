import type { EmulatedOrder } from '../../../emulator/state.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import { ordersOf } from '../klarna/orders.ts';
import type { Intent, Merchant } from '../merchant/intents.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';

const hour = 3600_000;

/** A payment has one order. An operation that the merchant intended is executed once if it was granted, and never otherwise. */
export function money(world: World, { intents, payments: ids }: Merchant): BrokenPromise[] {
  const payments = world.payments();
  return [
    ...ids.flatMap((id) => oneOrder(ordersOf(world, id), id)),
    ...intents.flatMap((intent) =>
      executedOnce(intent, {
        payment: payments.find(({ id }) => id === intent.payment),
        orders: ordersOf(world, intent.payment),
        extensions: extensions(world, intent.operation),
        isTraceable: isTraceable(world, intent),
      }),
    ),
    ...unintendedMoves(world, intents),
  ];
}

const oneOrder = (orders: EmulatedOrder[], payment: string): BrokenPromise[] =>
  orders.length > 1
    ? [{ promise: 'one order per payment', payment, text: `${payment} has ${orders.length} orders` }]
    : [];

type Found = {
  payment: Payment | undefined;
  orders: EmulatedOrder[];
  extensions: number;
  /** True where Klarna's order shows the operations by their references. */
  isTraceable: boolean;
};

const isTraceable = ({ surroundings: { klarna } }: World, { kind }: Intent): boolean =>
  (kind === 'capture' || kind === 'refund') && !klarna.absent.has(`${kind}s.reference`);

/** How often Klarna executed an operation; undefined where its order does not show that. */
function executions({ kind, operation }: Intent, { orders, extensions }: Found): number | undefined {
  // The merchant gives captures and refunds no reference, so they carry the id of their operation.
  const isOurs = ({ reference }: { reference?: string | undefined }) => reference === operation;
  if (kind === 'capture') return orders.flatMap(({ captures }) => captures.filter(isOurs)).length;
  if (kind === 'refund') return orders.flatMap(({ refunds }) => refunds.filter(isOurs)).length;
  if (kind === 'charge') return orders.length;
  if (kind === 'extension') return extensions;
  return kind === 'cancellation' ? Number(orders.some(({ status }) => status === 'CANCELLED')) : undefined;
}

/** How often Klarna extended an authorization under this key: a repeat within 24 hours gets the first answer. */
function extensions({ surroundings }: World, key: string): number {
  const times = surroundings.klarna.core
    .log()
    .flatMap((entry) =>
      'path' in entry && entry.key === key && entry.status === 204 && /extend-authorization-time$/.test(entry.path)
        ? [Date.parse(entry.at)]
        : [],
    );
  let last = 0;
  let count = 0;
  for (const at of times) {
    if (at - last < 24 * hour) continue;
    last = at;
    count += 1;
  }
  return count;
}

function executedOnce(intent: Intent, found: Found): BrokenPromise[] {
  const { kind, operation, answers, payment: id } = intent;
  const { payment } = found;
  const result = payment?.operations.find(({ id: each }) => each === operation)?.result;
  const executed = executions(intent, found);
  const isRepaired = kind === 'charge' && payment?.facts.hpp_session_id; // its order is that of the repair
  if (executed === undefined || isRepaired) return [];
  if (mayBeUnknown(found, { operation, executed })) return [];
  const granted = Number(result?.state === 'SUCCESS');
  const mayBeOthers = kind === 'cancellation' && granted === 0; // another intent may have cancelled the order
  const checks: [boolean, string][] = [
    [
      executed === granted || mayBeOthers,
      `is held as ${result?.state ?? 'never requested'}, executed ${executed} times`,
    ],
    [!answers.includes(201) || executed === 1, `was answered 201, executed ${executed} times`],
    [!answers.includes(202) || result !== undefined, 'was answered 202 and has no result'],
  ];
  return checks.flatMap(([isKept, text]) =>
    isKept ? [] : [{ promise: 'once per intent', payment: id, text: `${kind} of ${id} ${text}` }],
  );
}

/** Klarna could not be asked until it forgot the key: the result is told as unknown, unless the order shows it. */
function mayBeUnknown(
  { payment, isTraceable }: Found,
  { operation: id, executed }: { operation: string; executed: number },
): boolean {
  const { result, askedAt = '' } = payment?.operations.find((each) => each.id === id) ?? {};
  const age = Date.parse(result?.at ?? '') - Date.parse(askedAt);
  return result?.pspStatus === 'UNKNOWN_RESPONSE' && age >= 22 * hour && executed <= (isTraceable ? 0 : 1);
}

function unintendedMoves({ surroundings }: World, intents: Intent[]): BrokenPromise[] {
  const intended = new Set(intents.map(({ operation }) => operation));
  const moves = surroundings.klarna.core.controls
    .orders()
    .flatMap(({ captures, refunds, purchase }) =>
      [...captures, ...refunds].map(({ reference }) => ({ reference, payment: String(purchase.merchant_reference2) })),
    );
  return moves
    .filter(({ reference }) => reference !== undefined && !intended.has(reference))
    .map(({ payment, reference }) => ({
      promise: 'once per intent',
      payment,
      text: `the merchant did not intend ${reference}`,
    }));
}
