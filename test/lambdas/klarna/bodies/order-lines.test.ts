import { describe, expect, test } from 'vitest';
import { oneLine } from '../../../support/builders/baskets.ts';
import { expectKlarnaAccepts } from '../../../support/checks/klarna-checks.ts';

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
])('tax given as %s reaches Klarna as one rate and one amount', (_, tax_lines, tax) => {
  expect(oneLine({ tax_lines })).toMatchObject({
    body: { order_lines: [tax], order_tax_amount: tax.total_tax_amount },
  });
});

test('the discount is the difference to quantity times price', () => {
  expect(oneLine({ quantity: 2 })).toMatchObject({
    body: { order_lines: [{ unit_price: 1000, quantity: 2, total_discount_amount: 1000, total_amount: 1000 }] },
  });
  expect(JSON.stringify(oneLine({}))).not.toContain('discount');
});

describe('in the US', () => {
  test('the tax is a line of its own, and no other line has tax', () => {
    const session = oneLine({ tax_lines: [{ rate: 825, amount: 83 }] }, { amount: 1083 }, 'US');
    expect(session).toMatchObject({
      body: {
        order_tax_amount: 83,
        order_lines: [{ total_amount: 1000 }, { type: 'sales_tax', total_amount: 83, unit_price: 83, quantity: 1 }],
      },
    });
    if ('body' in session) expectKlarnaAccepts(session.body);
  });

  test('the tax of the order takes precedence over that of its lines', () => {
    expect(oneLine({ tax_lines: [{ amount: 1 }] }, { amount: 1090, tax_amount: 90 }, 'US')).toMatchObject({
      body: { order_tax_amount: 90 },
    });
  });

  test('no line is added without tax', () => {
    expect(oneLine({}, {}, 'US')).toMatchObject({ body: { order_lines: [{}], order_tax_amount: 0 } });
  });
});
