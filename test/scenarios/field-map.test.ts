import { expect, test } from 'vitest';
import { toOrder } from '../../lambdas/klarna/bodies/orders.ts';
import { toHostedSession, toPaymentSession } from '../../lambdas/klarna/bodies/sessions.ts';
import { parseSession, type SessionRequest } from '../../lambdas/merchant/requests.ts';

type Json = { [name: string]: Json } | Json[] | string | number | boolean | undefined;

/** A request in which every session field has a value of its own. */
const everything = {
  flow: 'authorize',
  amount: 11_900,
  order: {
    redirection: 'https://shop.example/return',
    reference: 'order-9',
    amount: 11_900,
    tax_amount: 1900,
    currency_code: 'EUR',
  },
  customer: {
    type: 'company',
    company_name: 'Analytical Engines',
    gender_code: 'F',
    birthdate: '1985-12-10',
    billing_address: {
      first_name: 'Ada',
      last_name: 'Lovelace',
      address_lines: ['St James Square 12', 'Third floor', 'Left'],
      city: 'London',
      postal_code: 'SW1Y 4LB',
      country_code: 'GB',
      province_code: 'London region',
      email: 'ada@shop.example',
      phone: '+44 1',
      mobile_phone: '+44 2',
      work_phone: '+44 3',
    },
  },
  shipments: [
    {
      shipping_address: {
        first_name: 'Charles',
        last_name: 'Babbage',
        address_lines: ['Dorset Street 1', 'Workshop'],
        city: 'Marylebone',
        postal_code: 'W1U 6QS',
        country_code: 'IE',
        province_code: 'Leinster',
        email: 'charles@shop.example',
        phone: '+353 1',
        mobile_phone: '+353 2',
        work_phone: '+353 3',
      },
      item_lines: [
        {
          name: 'Difference engine',
          price: 6000,
          quantity: 2,
          amount: 11_900,
          tax_lines: [{ rate: 1900, amount: 1900 }],
        },
      ],
    },
  ],
};

const shipping = 'shipments[0].shipping_address';
const billing = 'customer.billing_address';
const line = 'shipments[0].item_lines[0]';

/** Every session field: whether it is mandatory, Klarna's field for it, and its value there where that differs. */
const fields: [field: string, mandatory: boolean, klarnaField: string, value?: Json][] = [
  ['amount', false, 'order_amount'],
  ['order.redirection', true, 'merchant_urls.success'],
  ['order.reference', false, 'merchant_reference1'],
  ['order.amount', true, 'order_amount'],
  ['order.tax_amount', false, 'order_tax_amount'],
  ['order.currency_code', true, 'purchase_currency'],
  ['customer.type', false, 'customer.type', 'organization'],
  ['customer.company_name', false, 'billing_address.organization_name'],
  ['customer.gender_code', false, 'customer.gender', 'female'],
  ['customer.birthdate', false, 'customer.date_of_birth'],
  [`${billing}.first_name`, false, 'billing_address.given_name'],
  [`${billing}.last_name`, false, 'billing_address.family_name'],
  [`${billing}.address_lines`, false, 'billing_address.street_address', 'St James Square 12'],
  [`${billing}.city`, false, 'billing_address.city'],
  [`${billing}.postal_code`, false, 'billing_address.postal_code'],
  [`${billing}.country_code`, true, 'billing_address.country'],
  [`${billing}.province_code`, false, 'billing_address.region'],
  [`${billing}.email`, false, 'billing_address.email'],
  [`${billing}.phone`, false, 'billing_address.phone'],
  [`${billing}.mobile_phone`, false, 'billing_address.phone', '+44 1'],
  [`${billing}.work_phone`, false, 'billing_address.phone', '+44 1'],
  [`${shipping}.first_name`, false, 'shipping_address.given_name'],
  [`${shipping}.last_name`, false, 'shipping_address.family_name'],
  [`${shipping}.address_lines`, false, 'shipping_address.street_address', 'Dorset Street 1'],
  [`${shipping}.city`, false, 'shipping_address.city'],
  [`${shipping}.postal_code`, false, 'shipping_address.postal_code'],
  [`${shipping}.country_code`, false, 'shipping_address.country'],
  [`${shipping}.province_code`, false, 'shipping_address.region'],
  [`${shipping}.email`, false, 'shipping_address.email'],
  [`${shipping}.phone`, false, 'shipping_address.phone'],
  [`${shipping}.mobile_phone`, false, 'shipping_address.phone', '+353 1'],
  [`${shipping}.work_phone`, false, 'shipping_address.phone', '+353 1'],
  [`${line}.name`, true, 'order_lines[0].name'],
  [`${line}.price`, true, 'order_lines[0].unit_price'],
  [`${line}.quantity`, true, 'order_lines[0].quantity'],
  [`${line}.amount`, true, 'order_lines[0].total_amount'],
  [`${line}.tax_lines[0].rate`, false, 'order_lines[0].tax_rate'],
  [`${line}.tax_lines[0].amount`, false, 'order_lines[0].total_tax_amount'],
];

const steps = (path: string) => path.split(/[.[\]]+/).filter((step) => step !== '');
const at = (value: Json, path: string): Json =>
  steps(path).reduce<Json>(
    (inner, step) => (typeof inner === 'object' ? (inner as { [name: string]: Json })[step] : undefined),
    value,
  );

function without(value: Json, path: string): Json {
  const copy: Json = structuredClone(value);
  const all = steps(path);
  const parent = at(copy, all.slice(0, -1).join('.'));
  if (typeof parent === 'object') delete (parent as { [name: string]: Json })[all.at(-1) ?? ''];
  return copy;
}

const accepted = (body: Json): SessionRequest => {
  const read = parseSession(body);
  return 'session' in read ? read.session : expect.fail(JSON.stringify(read.problems));
};
const urls = { authorization: 'https://r/a', notification: 'https://r/n', push: 'https://r/p' };
const sent = (session: SessionRequest): Json => ({
  ...(toPaymentSession(session, { payment: 'p', urls }) as { [name: string]: Json }),
  ...(toHostedSession(session, { paymentSessionUrl: 'https://k/s', statusUpdate: 'https://r/s' }) as {
    [name: string]: Json;
  }),
});

test('the table has all 38 session fields', () => {
  expect(new Set(fields.map(([field]) => field)).size).toBe(38);
});

test.each(fields)('%s (mandatory: %s) reaches Klarna as %s', (field, _, klarnaField, value = at(everything, field)) => {
  expect(at(sent(accepted(everything)), klarnaField)).toEqual(value);
});

test.each(fields.filter(([, mandatory]) => mandatory))(
  'without %s a session is refused by the name of the field',
  (field) => {
    expect(parseSession(without(everything, field))).toEqual({ problems: [{ field, reason: 'is missing' }] });
  },
);

test.each(fields.filter(([, mandatory]) => !mandatory))('without %s a session is accepted', (field) => {
  expect(parseSession(without(everything, field))).toHaveProperty('session');
});

test.each([
  ['phone', '+44 2'],
  ['mobile_phone', '+44 1'],
])('without %s Klarna receives the next phone number', (gone, phone) => {
  expect(at(sent(accepted(without(everything, `${billing}.${gone}`))), 'billing_address.phone')).toBe(phone);
});

test('the phone number at work is used if there is no other', () => {
  const body = without(without(everything, `${billing}.phone`), `${billing}.mobile_phone`);
  expect(at(sent(accepted(body)), 'billing_address.phone')).toBe('+44 3');
});

test('the second line of an address holds all further lines', () => {
  expect(at(sent(accepted(everything)), 'billing_address.street_address2')).toBe('Third floor, Left');
});

test('the order is placed with the lines and addresses of its session', () => {
  const session = accepted(everything);
  const shared = [
    'order_lines',
    'billing_address',
    'shipping_address',
    'order_amount',
    'order_tax_amount',
    'purchase_currency',
    'customer',
  ];
  const order = toOrder(session, { payment: 'p', urls }) as Json;
  for (const field of shared) expect(at(order, field)).toEqual(at(sent(session), field));
});

test('flow tokenize has amount 0, and no other flow has', () => {
  const line = { name: 'Agreement', price: 0, quantity: 1, amount: 0 };
  const free = {
    ...everything,
    amount: 0,
    order: { ...everything.order, amount: 0, tax_amount: 0 },
    shipments: [{ item_lines: [line] }],
  };
  expect(at(sent(accepted({ ...free, flow: 'tokenize' })), 'options.place_order_mode')).toBe('NONE');
  expect(parseSession(free)).toMatchObject({ problems: [{ field: 'order.amount' }] });
  expect(parseSession({ ...everything, flow: 'tokenize' })).toMatchObject({ problems: [{ field: 'order.amount' }] });
});

test('locale, flow and account have defaults', () => {
  const { flow, ...rest } = everything;
  expect(accepted(rest)).toMatchObject({ flow: 'authorize', locale: 'en-GB', account: 'default' });
});
