import * as z from 'zod';
import { badValue, KlarnaProblem } from '../problem.ts';

/** Klarna's own checks of what it is sent: fields first, then sums. Klarna names the field: "Bad value: order_lines[0].total_amount". */
const text = (longest: number) => z.string().min(1).max(longest);
const amount = z.int().min(0).max(200_000_000);
const isReachable = (url: string) => /^https:\/\//.test(url) || /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url);
/** https; http on this machine as well, since this Klarna lives there. */
export const url = z.string().max(2000).refine(isReachable);

const link = z.string().max(1024).optional();
const line = z.looseObject({
  name: text(255),
  reference: z.string().max(255).optional(),
  type: z
    .enum(['physical', 'discount', 'shipping_fee', 'sales_tax', 'digital', 'gift_card', 'store_credit', 'surcharge'])
    .optional(),
  quantity: z.int().min(0),
  quantity_unit: text(8).optional(),
  image_url: link,
  product_url: link,
  merchant_data: link,
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
    attention: short,
    title: z.string().max(20).optional(),
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
    last_four_ssn: z
      .string()
      .regex(/^([0-9]{4}|[0-9]{9})$/)
      .optional(),
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

/** Half of what Klarna Payments takes. */
const charged = z.int().max(100_000_000);

export const chargeBody = z.looseObject({
  order_amount: amount.min(1),
  order_tax_amount: amount.default(0),
  order_lines: z
    .array(line.extend({ unit_price: charged, total_amount: charged }))
    .min(1)
    .max(1000),
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
export type Line = z.infer<typeof line>;

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
