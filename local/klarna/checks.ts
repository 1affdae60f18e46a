import * as z from 'zod';
import { badValue, KlarnaProblem } from './problem.ts';

/** Klarna's own checks of what it is sent: fields first, then sums. Klarna names the field: "Bad value: order_lines[0].total_amount". */
const text = (longest: number) => z.string().min(1).max(longest);
const amount = z.int().min(0).max(200_000_000);
const isReachable = (url: string) => /^https:\/\//.test(url) || /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url);
/** https; http on this machine as well, since this Klarna lives there. */
export const url = z.string().max(2000).refine(isReachable);

const line = z.looseObject({
  name: text(255),
  reference: text(255).optional(),
  type: z
    .enum(['physical', 'discount', 'shipping_fee', 'sales_tax', 'digital', 'gift_card', 'store_credit', 'surcharge'])
    .optional(),
  quantity: z.int().min(0),
  unit_price: z.int().max(200_000_000),
  tax_rate: z.int().min(0).max(10_000).default(0),
  total_discount_amount: z.int().min(0).default(0),
  total_amount: z.int().max(200_000_000),
  total_tax_amount: z.int().default(0),
});

const short = z.string().max(99).optional();
const address = z
  .looseObject({
    given_name: short,
    family_name: short,
    organization_name: short,
    street_address: short,
    street_address2: short,
    city: short,
    region: short,
    email: short,
    phone: short,
    postal_code: z.string().max(10).optional(),
    country: z
      .string()
      .regex(/^[A-Za-z]{2}$/)
      .optional(),
  })
  .optional();

const customer = z
  .looseObject({
    type: z.enum(['person', 'organization']).optional(),
    gender: z.enum(['male', 'female']).optional(),
    date_of_birth: z.iso.date().optional(),
    customer_token: z.string().optional(),
  })
  .optional();

const purchaseFields = {
  purchase_country: z.string().regex(/^[A-Za-z]{2}$/),
  purchase_currency: z.string().regex(/^[A-Za-z]{3}$/),
  locale: z
    .string()
    .regex(/^[A-Za-z]{2}(-[A-Za-z]{2})*$/)
    .default('en-US'),
  order_amount: amount,
  order_tax_amount: amount.default(0),
  order_lines: z.array(line).min(1).max(1000),
  billing_address: address,
  shipping_address: address,
  customer,
  merchant_reference1: z.string().max(255).optional(),
  merchant_reference2: z.string().max(255).optional(),
  merchant_data: z.string().max(6000).optional(),
  merchant_urls: z
    .looseObject({
      confirmation: url.optional(),
      notification: url.optional(),
      push: url.optional(),
      authorization: url.optional(),
    })
    .optional(),
};

export const sessionBody = z.looseObject({
  ...purchaseFields,
  intent: z.enum(['buy', 'tokenize', 'buy_and_tokenize']).default('buy'),
  acquiring_channel: z.enum(['ECOMMERCE', 'IN_STORE', 'TELESALES']).default('ECOMMERCE'),
  step_up_id: z.string().optional(),
});
export const orderBody = z.looseObject({ ...purchaseFields, auto_capture: z.boolean().default(false) });

export const chargeBody = z.looseObject({
  order_amount: amount.min(1),
  order_tax_amount: amount.default(0),
  order_lines: z.array(line).min(1).max(1000),
  purchase_currency: purchaseFields.purchase_currency,
  shipping_address: address,
  merchant_reference1: purchaseFields.merchant_reference1,
  merchant_reference2: purchaseFields.merchant_reference2,
  merchant_urls: z.looseObject({ confirmation: url, push: url.optional() }).optional(),
  auto_capture: z.boolean().default(false),
  step_up: z.enum(['SUPPORTED', 'NOT_SUPPORTED']).default('NOT_SUPPORTED'),
});

export type SessionBody = z.infer<typeof sessionBody>;
/** What an order keeps of the body that it was made of. */
export type PurchaseBody = {
  order_amount: number;
  merchant_urls?: { notification?: string | undefined; push?: string | undefined } | undefined;
  [field: string]: unknown;
};
type Line = z.infer<typeof line>;

/** What was sent, as the schema has it; the first field that does not fit is refused by name. */
export function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (body === undefined) throw new KlarnaProblem(400, 'BAD_REQUEST', 'Unable to parse the request');
  throw badValue(nameOf(issue?.path ?? []));
}

const nameOf = (path: PropertyKey[]) =>
  path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}${name && '.'}${String(part)}`),
    '',
  );

/** Lines add up, each in itself and all together; in the US the tax is a line of its own. */
export function checkSums(
  body: { order_amount: number; order_tax_amount: number; order_lines: Line[] },
  country = '',
): void {
  for (const [index, each] of body.order_lines.entries()) checkLine(each, `order_lines[${index}]`, country);
  const sum = (of: (each: Line) => number) => body.order_lines.reduce((total, each) => total + of(each), 0);
  if (sum(({ total_amount }) => total_amount) !== body.order_amount) throw badValue('order_amount');
  const tax =
    country.toUpperCase() === 'US'
      ? sum((each) => (each.type === 'sales_tax' ? each.total_amount : 0))
      : sum(({ total_tax_amount }) => total_tax_amount);
  if (tax !== body.order_tax_amount) throw badValue('order_tax_amount');
}

function checkLine(given: Line, field: string, country: string): void {
  const { quantity, unit_price, total_discount_amount, total_amount, total_tax_amount, tax_rate } = given;
  if (total_amount !== quantity * unit_price - total_discount_amount) throw badValue(`${field}.total_amount`);
  if (country.toUpperCase() === 'US') {
    if (total_tax_amount !== 0) throw badValue(`${field}.total_tax_amount`);
    return;
  }
  const exact = total_amount - (total_amount * 10_000) / (10_000 + tax_rate);
  if (Math.abs(total_tax_amount - exact) > 1) throw badValue(`${field}.total_tax_amount`);
}
