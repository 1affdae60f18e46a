import * as z from 'zod/mini';
import { flows } from '../payment/payment.ts';
import { billingAddress, customerFields, shippingAddress } from './customer-fields.ts';
import { type Problem, problemsIn } from './field-problems.ts';
import { amount, locale, orderFields, returnUrl, shipments } from './order-fields.ts';
import { basketProblems } from './sums.ts';

/** Klarna takes half of the usual amount for charges of a customer token (Customer Token API). */
const maxCharged = 100_000_000;

/** POST /payments: the partner's session fields under their names, with a flow and an account. */
export const sessionRequest = z.strictObject({
  account: z._default(
    z
      .string()
      .check(z.regex(/^[A-Za-z0-9_-]{1,64}$/), z.describe('Which Klarna merchant: a name in the accounts secret.')),
    'default',
  ),
  flow: z._default(
    z
      .enum(flows)
      .check(
        z.describe(
          'capture: paid at once. authorize: you capture later. review: the same, where Klarna may review it first. tokenize: stores a customer token and charges nothing (order.amount 0). buy_and_tokenize: both.',
        ),
      ),
    'authorize',
  ),
  locale: z.optional(locale),
  amount: z.optional(amount),
  order: z.strictObject({ redirection: returnUrl, ...orderFields }),
  customer: z.strictObject({ ...customerFields, billing_address: billingAddress }),
  shipments,
});

/** POST /customer-tokens/{token}/payments. */
export const chargeRequest = z.strictObject({
  initiator: z
    .enum(['customer', 'merchant'])
    .check(
      z.describe(
        'customer: the customer is present and can repair a charge that fails. merchant: on the agreement alone.',
      ),
    ),
  auto_capture: z._default(z.boolean().check(z.describe('Captures the whole order at once.')), false),
  amount: z.optional(amount),
  order: z
    .strictObject({ redirection: z.optional(returnUrl), ...orderFields })
    .check(z.describe('Needs redirection with initiator customer. Prices and amounts of lines: at most 100000000.')),
  customer: z.optional(z.strictObject({ ...customerFields, billing_address: z.optional(shippingAddress) })),
  shipments,
});

/** The fields that rules compare with each other: these rules report problems even if other fields are wrong. */
const { country_code, province_code } = billingAddress.shape;
const comparedInSession = z.object({
  flow: sessionRequest.shape.flow,
  amount: z.optional(amount),
  order: z.object({ amount, tax_amount: orderFields.tax_amount }),
  customer: z.object({ billing_address: z.object({ country_code, province_code }) }),
  shipments,
});
const comparedInCharge = z.object({
  initiator: chargeRequest.shape.initiator,
  amount: z.optional(amount),
  order: z.object({ amount, tax_amount: orderFields.tax_amount, redirection: z.optional(z.unknown()) }),
  customer: z.optional(z.object({ billing_address: z.optional(z.object({ country_code: z.optional(country_code) })) })),
  shipments,
});

export type SessionRequest = z.infer<typeof sessionRequest> & { locale: string };
export type ChargeRequest = z.infer<typeof chargeRequest>;

/** A create-payment request, or all of its problems at once. Never throws. */
export function parseSession(body: unknown): { session: SessionRequest } | { problems: Problem[] } {
  const parsed = sessionRequest.safeParse(body, { reportInput: true });
  const { data } = comparedInSession.safeParse(body);
  const problems = [
    ...(parsed.success ? [] : problemsIn(parsed.error)),
    ...(data ? [...sessionProblems(data), ...basketProblems(data, data.customer.billing_address.country_code)] : []),
  ];
  if (!parsed.success || problems.length > 0) return { problems };
  const locale = parsed.data.locale ?? `en-${parsed.data.customer.billing_address.country_code}`;
  return { session: { ...parsed.data, locale } };
}

/** A charge of a customer token, or all of its problems at once; `country` is that of the token. Never throws. */
export function parseCharge(body: unknown, country: string): { charge: ChargeRequest } | { problems: Problem[] } {
  const parsed = chargeRequest.safeParse(body, { reportInput: true });
  const { data } = comparedInCharge.safeParse(body);
  const problems = [
    ...(parsed.success ? [] : problemsIn(parsed.error)),
    ...(data
      ? [...chargeProblems(data), ...basketProblems(data, data.customer?.billing_address?.country_code ?? country)]
      : []),
  ];
  return !parsed.success || problems.length > 0 ? { problems } : { charge: parsed.data };
}

/** Klarna requires a region there (Klarna Payments, `address.region`). */
const withRegions = ['US', 'AU'];

function sessionProblems({ flow, amount, order, customer }: z.infer<typeof comparedInSession>): Problem[] {
  const { country_code, province_code } = customer.billing_address;
  const lacksRegion = withRegions.includes(country_code) && !province_code;
  const free = flow === 'tokenize';
  return [
    ...when(amount !== undefined && amount !== order.amount, 'amount', 'differs from order.amount'),
    ...when(free && order.amount !== 0, 'order.amount', 'must be 0 with flow tokenize, which charges nothing'),
    ...when(!free && order.amount === 0, 'order.amount', 'must be at least 1, except with flow tokenize'),
    ...when(lacksRegion, 'customer.billing_address.province_code', `is needed in ${country_code}`),
  ];
}

function chargeProblems({ initiator, amount, order, shipments }: z.infer<typeof comparedInCharge>): Problem[] {
  const lines = shipments.flatMap(({ item_lines }, at) =>
    item_lines.map((line, index) => ({ line, field: `shipments[${at}].item_lines[${index}]` })),
  );
  return [
    ...when(amount !== undefined && amount !== order.amount, 'amount', 'differs from order.amount'),
    ...when(order.amount === 0, 'order.amount', 'must be at least 1'),
    ...when(
      initiator === 'customer' && !order.redirection,
      'order.redirection',
      'is needed with initiator customer: the customer may have to repair the charge',
    ),
    ...lines.flatMap(({ line, field }) => [
      ...when(line.price > maxCharged, `${field}.price`, `must be at most ${maxCharged}`),
      ...when(line.amount > maxCharged, `${field}.amount`, `must be at most ${maxCharged}`),
    ]),
  ];
}

const when = (wrong: boolean, field: string, reason: string): Problem[] => (wrong ? [{ field, reason }] : []);
