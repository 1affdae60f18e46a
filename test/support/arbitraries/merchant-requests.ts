import fc from 'fast-check';
import { flows } from '../../../lambdas/payment/payment.ts';

const text = (longest: number) =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map((long) => long.slice(0, longest).toWellFormed());

/** The same fields, each of them present or not. */
const anyOf = <Fields extends object>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record(fields, { requiredKeys: [] });

const person = {
  first_name: text(99),
  last_name: text(99),
  address_lines: fc.array(text(20), { maxLength: 3 }),
  city: text(99),
  postal_code: text(10),
  email: text(99),
  phone: text(99),
  mobile_phone: text(99),
  work_phone: text(99),
};
const country = fc.constantFrom('DE', 'de', 'SE', 'US');
const billingAddress = fc
  .tuple(anyOf(person), country, text(99))
  .map(([fields, country_code, province_code]) => ({ ...fields, country_code, province_code }));
const shippingAddress = anyOf({ ...person, country_code: country, province_code: text(99) });

const customer = {
  reference: text(255),
  type: fc.constantFrom('person', 'organization', 'company', 'Company'),
  company_name: text(99),
  gender_code: text(20),
  birthdate: fc
    .date({ min: new Date('1900-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
};

const itemLine = fc
  .record({ name: text(255), price: fc.integer({ min: 1, max: 100_000 }), quantity: fc.integer({ min: 1, max: 20 }) })
  .chain((line) =>
    fc.record({
      line: fc.constant({ ...line, amount: line.price * line.quantity }),
      taxes: anyOf({ tax_lines: fc.array(fc.record({ rate: fc.integer({ min: 0, max: 2500 }) }), { maxLength: 2 }) }),
    }),
  )
  .map(({ line, taxes }) => ({ ...line, ...taxes }));

type Line = { amount: number };
const totalOf = (lines: Line[]) => lines.reduce((total, { amount }) => total + amount, 0);

const shipments = fc.array(
  fc
    .tuple(fc.array(itemLine, { minLength: 1, maxLength: 3 }), anyOf({ shipping_address: shippingAddress }))
    .map(([item_lines, address]) => ({ item_lines, ...address })),
  { minLength: 1, maxLength: 2 },
);

const order = anyOf({ reference: text(255) });
const currency_code = fc.constantFrom('EUR', 'eur', 'USD');
const redirection = fc.webUrl({ validSchemes: ['https'] });

/** A create-payment request that the relay accepts. */
export const goodSession = fc
  .record({
    flow: fc.constantFrom(...flows.filter((flow) => flow !== 'tokenize')),
    more: anyOf({ account: fc.constantFrom('default', 'oslo_2'), locale: fc.constantFrom('de-DE', 'en') }),
    order,
    currency_code,
    redirection,
    customer: anyOf(customer),
    billing_address: billingAddress,
    shipments,
  })
  .map(({ more, order: fields, currency_code, redirection, customer: rest, billing_address, ...session }) => ({
    ...session,
    ...more,
    order: {
      ...fields,
      currency_code,
      redirection,
      amount: totalOf(session.shipments.flatMap(({ item_lines }) => item_lines)),
    },
    customer: { ...rest, billing_address },
  }));

/** A charge of a customer token that the relay accepts. */
export const goodCharge = fc
  .record({
    initiator: fc.constantFrom('customer', 'merchant'),
    more: anyOf({
      auto_capture: fc.boolean(),
      customer: fc
        .tuple(anyOf(customer), anyOf({ billing_address: shippingAddress }))
        .map(([fields, address]) => ({ ...fields, ...address })),
    }),
    order,
    currency_code,
    redirection,
    shipments,
  })
  .map(({ more, order: fields, currency_code, redirection, ...charge }) => ({
    ...charge,
    ...more,
    order: {
      ...fields,
      currency_code,
      redirection,
      amount: totalOf(charge.shipments.flatMap(({ item_lines }) => item_lines)),
    },
  }));

const movedMoney = anyOf({
  description: text(255),
  reference: text(255),
  item_lines: fc.array(itemLine, { minLength: 1, maxLength: 3 }),
});

/** An operation that the relay accepts, by the last part of its path. */
export const goodOperation = fc.oneof(
  fc
    .tuple(
      movedMoney,
      anyOf({
        shipping_delay: fc.integer({ min: 0, max: 365 }),
        shipping_info: fc.array(
          anyOf({ shipping_company: text(100), shipping_method: fc.constantFrom('Home', 'Own') }),
          {
            maxLength: 2,
          },
        ),
      }),
    )
    .map(([fields, shipping]) => ({ name: 'captures' as const, body: { ...fields, ...shipping } })),
  movedMoney.map((body) => ({ name: 'refunds' as const, body })),
  fc
    .constantFrom('cancellation' as const, 'release' as const, 'extension' as const)
    .map((name) => ({ name, body: {} })),
  fc
    .record({ capture_id: text(255), number_of_days: fc.integer({ min: 1, max: 365 }) })
    .map((body) => ({ name: 'extension' as const, body })),
);
