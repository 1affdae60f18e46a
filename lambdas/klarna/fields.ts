import * as z from 'zod/mini';

/** Klarna takes amounts up to this, in minor units (Klarna Payments, "Create session"). */
const largest = 200_000_000;
const text = (longest: number) => z.string().check(z.minLength(1), z.maxLength(longest));
export const amount = z.int().check(z.gte(0), z.lte(largest));

const isHere = (url: URL) => url.hostname === '127.0.0.1' || url.hostname === 'localhost';

/** https, or http on this machine; with Klarna's placeholders in it, if any. */
export const returnUrl = text(2000).check(
  z.refine(
    (given) => {
      const url = URL.parse(given);
      return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isHere(url)));
    },
    { error: 'must be an https URL' },
  ),
);

const country = z.string().check(z.regex(/^[A-Za-z]{2}$/), z.toUpperCase());
const currency = z.string().check(z.regex(/^[A-Za-z]{3}$/), z.toUpperCase());

const addressFields = {
  first_name: z.optional(text(99)),
  last_name: z.optional(text(99)),
  address_lines: z.optional(
    z.array(text(99)).check(
      z.maxLength(10),
      z.refine((lines) => lines.slice(1).join(', ').length <= 99, { error: 'too long after the first line' }),
    ),
  ),
  city: z.optional(text(99)),
  postal_code: z.optional(text(10)),
  province_code: z.optional(text(99)),
  email: z.optional(text(99)),
  phone: z.optional(text(99)),
  mobile_phone: z.optional(text(99)),
  work_phone: z.optional(text(99)),
};

export const billingAddress = z.strictObject({ ...addressFields, country_code: country });
export const shippingAddress = z.strictObject({ ...addressFields, country_code: z.optional(country) });

const taxLine = z.strictObject({
  /** Two implied decimals: 2000 is 20 %. */
  rate: z.optional(z.int().check(z.gte(0), z.lte(10_000))),
  amount: z.optional(amount),
});

export const itemLine = z.strictObject({
  name: text(255),
  /** Of one piece, before discount; tax included, except where sales tax is added (US). */
  price: amount,
  quantity: z.int().check(z.gte(0), z.lte(largest)),
  /** Of the whole line, after discount. */
  amount,
  tax_lines: z.optional(z.array(taxLine).check(z.maxLength(20))),
});

const itemLines = z.array(itemLine).check(z.minLength(1), z.maxLength(1000));

const shipment = z.strictObject({ shipping_address: z.optional(shippingAddress), item_lines: itemLines });

/** The customer types and gender codes of shops, in Klarna's words. */
const customerTypes: Record<string, 'person' | 'organization'> = {
  person: 'person',
  organization: 'organization',
  company: 'organization',
};

const customerType = z.pipe(
  z
    .string()
    .check(z.refine((type) => type.toLowerCase() in customerTypes, { error: 'person, organization or company' })),
  z.transform((type) => customerTypes[type.toLowerCase()] ?? 'person'),
);

const isPastDate = (date: string) => {
  const time = Date.parse(`${date}T00:00:00.000Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) && time < Date.now();
};

export const customerFields = {
  /** Ours beside the partner's fields: the name under which the customer's tokens are listed. */
  reference: z.optional(text(255)),
  type: z.optional(customerType),
  company_name: z.optional(text(99)),
  gender_code: z.optional(text(20)),
  birthdate: z.optional(
    z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/), z.refine(isPastDate, { error: 'must be a past date, yyyy-mm-dd' })),
  ),
};

export const shipments = z.array(shipment).check(z.minLength(1), z.maxLength(1000));
export const locale = z.string().check(z.regex(/^[A-Za-z]{2}(-[A-Za-z]{2})*$/));

export const order = {
  reference: z.optional(text(255)),
  amount,
  tax_amount: z.optional(amount),
  currency_code: currency,
};

export type ItemLine = z.infer<typeof itemLine>;
export type Shipment = z.infer<typeof shipment>;
export type Address = z.infer<typeof shippingAddress>;
