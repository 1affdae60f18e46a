import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toPaymentSession } from '../../../lambdas/klarna/bodies/sessions.ts';
import type { ItemLine } from '../../../lambdas/merchant/order-fields.ts';
import { readSession } from '../../../lambdas/merchant/requests.ts';

type Line = {
  type?: string;
  quantity: number;
  unit_price: number;
  total_discount_amount?: number;
  total_amount: number;
  tax_rate?: number;
  total_tax_amount?: number;
};
type Body = { order_amount: number; order_tax_amount: number; order_lines: Line[]; purchase_country: string };

const request = (item_lines: ItemLine[], order: { amount: number; tax_amount?: number }, country_code = 'DE') => ({
  order: { redirection: 'https://shop.example', currency_code: 'EUR', ...order },
  customer: { billing_address: { country_code, province_code: 'NY' } },
  shipments: [{ item_lines }],
});
const urls = { authorization: 'https://r/a', notification: 'https://r/n', push: 'https://r/p' };
const result = (body: object) => {
  const read = readSession(body);
  return 'problems' in read ? read : { body: toPaymentSession(read.session, { payment: 'p', urls }) as Body };
};
const sum = (amounts: number[]) => amounts.reduce((total, each) => total + each, 0);

/** What Klarna checks, written from its documentation of order lines. */
function klarnaAccepts({ order_amount, order_tax_amount, order_lines, purchase_country }: Body): void {
  const us = purchase_country === 'US';
  for (const {
    quantity,
    unit_price,
    total_discount_amount = 0,
    total_amount,
    tax_rate = 0,
    total_tax_amount = 0,
  } of order_lines) {
    expect(total_amount).toBe(quantity * unit_price - total_discount_amount);
    expect(total_discount_amount).toBeGreaterThanOrEqual(0);
    expect(tax_rate).toBeLessThanOrEqual(10_000);
    if (us) expect(total_tax_amount).toBe(0);
    else
      expect(
        Math.abs(total_tax_amount - (total_amount - (total_amount * 10_000) / (10_000 + tax_rate))),
      ).toBeLessThanOrEqual(1);
    for (const amount of [total_amount, unit_price, total_tax_amount]) expect(Number.isSafeInteger(amount)).toBe(true);
  }
  expect(sum(order_lines.map(({ total_amount }) => total_amount))).toBe(order_amount);
  const tax = us
    ? sum(order_lines.filter(({ type }) => type === 'sales_tax').map(({ total_amount }) => total_amount))
    : sum(order_lines.map(({ total_tax_amount = 0 }) => total_tax_amount));
  expect(tax).toBe(order_tax_amount);
}

const price = fc.integer({ min: 0, max: 300_000 });
const taxLines = fc.option(
  fc.array(
    fc.record({
      rate: fc.option(fc.integer({ min: 0, max: 4000 }), { nil: undefined }),
      amount: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
    }),
    { maxLength: 3 },
  ),
  { nil: undefined },
);
const anyLine = fc
  .record({
    price,
    quantity: fc.integer({ min: 0, max: 50 }),
    off: fc.integer({ min: -3, max: 5000 }),
    tax_lines: taxLines,
  })
  .map(
    ({ price, quantity, off, tax_lines }): ItemLine => ({
      name: 'line',
      price,
      quantity,
      amount: Math.max(0, price * quantity - off),
      ...(tax_lines && { tax_lines }),
    }),
  );

/** A line as a careful shop sends it: a rate, and the tax rounded in its own way. */
const carefulLine = fc
  .record({
    price,
    quantity: fc.integer({ min: 1, max: 50 }),
    share: fc.integer({ min: 0, max: 100 }),
    rate: fc.integer({ min: 0, max: 10_000 }),
    round: fc.constantFrom(Math.floor, Math.ceil, Math.round),
    gives: fc.constantFrom('rate', 'both'),
  })
  .map(({ price, quantity, share, rate, round, gives }): ItemLine => {
    const amount = Math.round((price * quantity * share) / 100);
    const tax = round(amount - (amount * 10_000) / (10_000 + rate));
    return { name: 'line', price, quantity, amount, tax_lines: [gives === 'both' ? { rate, amount: tax } : { rate }] };
  });

describe('for any basket', () => {
  test('what is sent sums as Klarna demands, or is refused by the line or field at fault', () => {
    fc.assert(
      fc.property(
        fc.array(anyLine, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('DE', 'US', 'SE'),
        fc.integer({ min: -1, max: 1 }),
        (lines, country, off) => {
          const amount = sum(lines.map(({ amount }) => amount)) + off;
          const read = result(request(lines, { amount: Math.max(1, amount) }, country));
          if ('body' in read) klarnaAccepts(read.body);
          else expect(read.problems.every(({ field }) => /^(order\.|shipments)/.test(field))).toBe(true);
          expect('body' in read || read.problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('a careful shop is never refused, however it rounds', () => {
    fc.assert(
      fc.property(fc.array(carefulLine, { minLength: 1, maxLength: 12 }), (lines) => {
        const amount = sum(lines.map(({ amount }) => amount));
        fc.pre(amount > 0);
        const read = result(request(lines, { amount }));
        expect(read).toHaveProperty('body');
        if ('body' in read) klarnaAccepts(read.body);
      }),
      { numRuns: 1500 },
    );
  });
});

const one = (line: Partial<ItemLine>, order: { amount?: number; tax_amount?: number } = {}, country?: string) =>
  result(
    request([{ name: 'x', price: 1000, quantity: 1, amount: 1000, ...line }], { amount: 1000, ...order }, country),
  );
const line = 'shipments[0].item_lines[0]';

test.each([
  ['more than quantity times price', { amount: 1001 }, { amount: 1001 }, `${line}.amount`],
  ['tax that its rate does not explain', { tax_lines: [{ rate: 1900, amount: 158 }] }, {}, `${line}.tax_lines`],
  ['as much tax as amount', { tax_lines: [{ amount: 1000 }] }, {}, `${line}.tax_lines`],
  ['tax above 100 %', { tax_lines: [{ amount: 600 }] }, {}, `${line}.tax_lines`],
  ['rates above 100 % together', { tax_lines: [{ rate: 6000 }, { rate: 6000 }] }, {}, `${line}.tax_lines`],
  ['lines that are not the order', {}, { amount: 999 }, 'order.amount'],
  ["tax that is not the order's", { tax_lines: [{ rate: 1900 }] }, { tax_amount: 158 }, 'order.tax_amount'],
])('%s is refused where it is', (_, given, order, field) => {
  expect(one(given, order)).toMatchObject({ problems: [{ field }] });
});

test('the tax that the lines add up to is named', () => {
  expect(one({ tax_lines: [{ rate: 1900 }] }, { tax_amount: 1 })).toEqual({
    problems: [{ field: 'order.tax_amount', reason: 'the tax of the lines adds up to 160' }],
  });
});

test.each([
  ['a rate', [{ rate: 1900 }], { tax_rate: 1900, total_tax_amount: 160 }],
  ['an amount', [{ amount: 160 }], { tax_rate: 1905, total_tax_amount: 160 }],
  ['several rates', [{ rate: 1000 }, { rate: 900 }], { tax_rate: 1900, total_tax_amount: 160 }],
  [
    'several of both',
    [
      { rate: 1000, amount: 84 },
      { rate: 900, amount: 76 },
    ],
    { tax_rate: 1900, total_tax_amount: 160 },
  ],
  ['nothing', [], { tax_rate: 0, total_tax_amount: 0 }],
])('tax that is told by %s arrives as one rate and one amount', (_, tax_lines, told) => {
  expect(one({ tax_lines })).toMatchObject({ body: { order_lines: [told], order_tax_amount: told.total_tax_amount } });
});

test('a discount is what is missing to quantity times price', () => {
  expect(one({ quantity: 2 })).toMatchObject({
    body: { order_lines: [{ unit_price: 1000, quantity: 2, total_discount_amount: 1000, total_amount: 1000 }] },
  });
  expect(JSON.stringify(one({}))).not.toContain('discount');
});

describe('in the US', () => {
  test('the tax is a line of its own, and no other line has any', () => {
    const told = one({ tax_lines: [{ rate: 825, amount: 83 }] }, { amount: 1083 }, 'US');
    expect(told).toMatchObject({
      body: {
        order_tax_amount: 83,
        order_lines: [{ total_amount: 1000 }, { type: 'sales_tax', total_amount: 83, unit_price: 83, quantity: 1 }],
      },
    });
    if ('body' in told) klarnaAccepts(told.body);
  });

  test('the tax of the order counts before that of its lines', () => {
    expect(one({ tax_lines: [{ amount: 1 }] }, { amount: 1090, tax_amount: 90 }, 'US')).toMatchObject({
      body: { order_tax_amount: 90 },
    });
  });

  test('without tax there is no line for it', () => {
    expect(one({}, {}, 'US')).toMatchObject({ body: { order_lines: [{}], order_tax_amount: 0 } });
  });
});

describe('as many lines as Klarna takes', () => {
  const many = (count: number) =>
    Array.from({ length: count }, () => ({ name: 'x', price: 1, quantity: 1, amount: 1 }));
  const spread = (count: number, order: { amount: number; tax_amount?: number }, country?: string) => {
    const { shipments, ...rest } = request([], order, country);
    return readSession({ ...rest, shipments: [{ item_lines: many(count - 1) }, { item_lines: many(1) }] });
  };

  test('1000 are taken, one more is not', () => {
    expect(spread(1000, { amount: 1000 })).toHaveProperty('session');
    expect(spread(1001, { amount: 1001 })).toMatchObject({ problems: [{ field: 'shipments' }] });
  });

  test('in the US the tax is one of them', () => {
    expect(spread(999, { amount: 1000, tax_amount: 1 }, 'US')).toHaveProperty('session');
    expect(spread(1000, { amount: 1001, tax_amount: 1 }, 'US')).toMatchObject({ problems: [{ field: 'shipments' }] });
  });
});
