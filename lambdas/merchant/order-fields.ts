import * as z from 'zod/mini';
import { describe, shippingAddress, text } from './customer-fields.ts';

/** Klarna takes amounts up to this, in minor units (Klarna Payments, "Create session"). */
const largest = 200_000_000;
const minorUnits = z.int().check(z.gte(0), z.lte(largest));
export const amount = minorUnits.check(describe('Minor units; if given, equal to order.amount.'));

const isHere = (url: URL) => url.hostname === '127.0.0.1' || url.hostname === 'localhost';

export const returnUrl = text(2000).check(
  describe(
    'Where the shopper returns to: an https URL, or http on 127.0.0.1 and localhost. Klarna fills in {{session_id}} and {{order_id}}.',
  ),
  z.refine(
    (given) => {
      const url = URL.parse(given);
      return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isHere(url)));
    },
    { error: 'must be an https URL' },
  ),
);

const currency = z.string().check(z.regex(/^[A-Za-z]{3}$/), z.toUpperCase(), describe('ISO 4217.'));

const taxLine = z.strictObject({
  rate: z.optional(
    z.int().check(z.gte(0), z.lte(10_000), describe('Percent with two implied decimals: 2000 is 20 %.')),
  ),
  amount: z.optional(
    minorUnits.check(describe('Minor units. Within 1 of what the rate says of the amount of the line.')),
  ),
});

export const itemLine = z
  .strictObject({
    name: text(255),
    price: minorUnits.check(
      describe('Minor units, of one piece, before discount; tax included, except in the US, where sales tax is added.'),
    ),
    quantity: z.int().check(z.gte(0), z.lte(largest), describe('Pieces.')),
    amount: minorUnits.check(
      describe('Minor units, of the whole line: quantity times price, less the discount that is the difference.'),
    ),
    tax_lines: z.optional(
      z
        .array(taxLine)
        .check(
          z.maxLength(20),
          describe(
            'Rates and amounts add up. Without a rate, it follows from the amount; without tax lines there is no tax.',
          ),
        ),
    ),
  })
  .check(z.meta({ id: 'ItemLine' }));

const itemLines = z.array(itemLine).check(z.minLength(1), z.maxLength(1000));

const shipment = z
  .strictObject({ shipping_address: z.optional(shippingAddress), item_lines: itemLines })
  .check(z.meta({ id: 'Shipment' }));

export const shipments = z
  .array(shipment)
  .check(
    z.minLength(1),
    z.maxLength(1000),
    describe('At most 1000 lines in all, sales tax included. Klarna takes one shipping address: the first one given.'),
  );
export const locale = z
  .string()
  .check(
    z.regex(/^[A-Za-z]{2}(-[A-Za-z]{2})*$/),
    describe('RFC 1766, as en-DE; without it, English in the country of the billing address.'),
  );

export const orderFields = {
  reference: z.optional(text(255).check(describe('Your order number, as the shopper sees it.'))),
  amount: minorUnits.check(
    describe('Minor units, tax included. The lines, and in the US the sales tax, add up to it.'),
  ),
  tax_amount: z.optional(
    minorUnits.check(describe('Minor units. The taxes of the lines add up to it; in the US it is the sales tax.')),
  ),
  currency_code: currency,
};

export type ItemLine = z.infer<typeof itemLine>;
export type Shipment = z.infer<typeof shipment>;
