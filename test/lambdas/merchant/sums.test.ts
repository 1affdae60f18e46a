import { describe, expect, test } from 'vitest';
import { parseSession } from '../../../lambdas/merchant/requests.ts';
import { oneLine, requestWith } from '../../support/builders/baskets.ts';

const line = 'shipments[0].item_lines[0]';

test.each([
  ['an amount above quantity times price', { amount: 1001 }, { amount: 1001 }, `${line}.amount`],
  ['tax that its rate does not explain', { tax_lines: [{ rate: 1900, amount: 158 }] }, {}, `${line}.tax_lines`],
  ['as much tax as amount', { tax_lines: [{ amount: 1000 }] }, {}, `${line}.tax_lines`],
  ['tax above 100 %', { tax_lines: [{ amount: 600 }] }, {}, `${line}.tax_lines`],
  ['rates above 100 % together', { tax_lines: [{ rate: 6000 }, { rate: 6000 }] }, {}, `${line}.tax_lines`],
  ['an order amount that differs from its lines', {}, { amount: 999 }, 'order.amount'],
  [
    'an order tax that differs from its lines',
    { tax_lines: [{ rate: 1900 }] },
    { tax_amount: 158 },
    'order.tax_amount',
  ],
])('%s is refused by the name of the field', (_, given, order, field) => {
  expect(oneLine(given, order)).toMatchObject({ problems: [{ field }] });
});

test('the refusal names the tax that the lines add up to', () => {
  expect(oneLine({ tax_lines: [{ rate: 1900 }] }, { tax_amount: 1 })).toEqual({
    problems: [{ field: 'order.tax_amount', reason: 'the tax of the lines adds up to 160' }],
  });
});

describe('the number of lines', () => {
  const many = (count: number) =>
    Array.from({ length: count }, () => ({ name: 'x', price: 1, quantity: 1, amount: 1 }));
  const spread = (count: number, order: { amount: number; tax_amount?: number }, country?: string) => {
    const { shipments, ...rest } = requestWith([], order, country);
    return parseSession({ ...rest, shipments: [{ item_lines: many(count - 1) }, { item_lines: many(1) }] });
  };

  test('is at most 1000', () => {
    expect(spread(1000, { amount: 1000 })).toHaveProperty('session');
    expect(spread(1001, { amount: 1001 })).toMatchObject({ problems: [{ field: 'shipments' }] });
  });

  test('includes the tax line in the US', () => {
    expect(spread(999, { amount: 1000, tax_amount: 1 }, 'US')).toHaveProperty('session');
    expect(spread(1000, { amount: 1001, tax_amount: 1 }, 'US')).toMatchObject({ problems: [{ field: 'shipments' }] });
  });
});
