import * as z from 'zod';

const text = (longest: number) => z.string().min(1).max(longest);
const amount = z.int().min(0).max(200_000_000);
const isReachable = (url: string) => /^https:\/\//.test(url) || /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url);
/** Klarna takes https only; the emulator takes http to this machine as well. */
export const merchantUrl = z.string().max(2000).refine(isReachable);

const link = z.string().max(1024).optional();
const purchaseLine = z.looseObject({
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
  order_lines: z.array(purchaseLine).min(1).max(1000),
  billing_address: address,
  shipping_address: address,
  customer,
  merchant_reference1: z.string().max(255).optional(),
  merchant_reference2: z.string().max(255).optional(),
  merchant_data: z.string().max(6000).optional(),
  merchant_urls: z
    .looseObject({
      confirmation: merchantUrl.optional(),
      notification: merchantUrl.optional(),
      push: merchantUrl.optional(),
      authorization: merchantUrl.optional(),
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

/** A charge may be half as large as an order of Klarna Payments. */
const chargedAmount = z.int().max(100_000_000);

export const chargeBody = z.looseObject({
  order_amount: amount.min(1),
  order_tax_amount: amount.default(0),
  order_lines: z
    .array(purchaseLine.extend({ unit_price: chargedAmount, total_amount: chargedAmount }))
    .min(1)
    .max(1000),
  purchase_currency: purchaseFields.purchase_currency,
  shipping_address: address,
  merchant_reference1: purchaseFields.merchant_reference1,
  merchant_reference2: purchaseFields.merchant_reference2,
  merchant_urls: z.looseObject({ confirmation: merchantUrl, push: merchantUrl.optional() }).optional(),
  auto_capture: z.boolean().default(false),
  step_up: z.enum(['SUPPORTED', 'NOT_SUPPORTED']).default('NOT_SUPPORTED'),
});

export type SessionBody = z.infer<typeof sessionBody>;
/** The body that an order was placed with. */
export type PurchaseBody = {
  order_amount: number;
  merchant_urls?: { notification?: string | undefined; push?: string | undefined } | undefined;
  [field: string]: unknown;
};
export type PurchaseLine = z.infer<typeof purchaseLine>;
