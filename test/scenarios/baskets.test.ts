import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyLine, carefulLine } from '../support/arbitraries/item-lines.ts';
import { paymentSessionOf, requestWith } from '../support/builders/baskets.ts';
import { expectKlarnaAccepts } from '../support/checks/klarna-checks.ts';

const sum = (amounts: number[]) => amounts.reduce((total, each) => total + each, 0);

test('any basket is sent with sums that Klarna accepts, or is refused by the line or field at fault', () => {
  fc.assert(
    fc.property(
      fc.array(anyLine, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('DE', 'US', 'SE'),
      fc.integer({ min: -1, max: 1 }),
      (lines, country, difference) => {
        const amount = sum(lines.map(({ amount }) => amount)) + difference;
        const read = paymentSessionOf(requestWith(lines, { amount: Math.max(1, amount) }, country));
        if ('body' in read) expectKlarnaAccepts(read.body);
        else expect(read.problems.every(({ field }) => /^(order\.|shipments)/.test(field))).toBe(true);
        expect('body' in read || read.problems.length > 0).toBe(true);
      },
    ),
    { numRuns: 1500 },
  );
});

test('a basket with correct sums is never refused, however its taxes are rounded', () => {
  fc.assert(
    fc.property(fc.array(carefulLine, { minLength: 1, maxLength: 12 }), (lines) => {
      const amount = sum(lines.map(({ amount }) => amount));
      fc.pre(amount > 0);
      const read = paymentSessionOf(requestWith(lines, { amount }));
      expect(read).toHaveProperty('body');
      if ('body' in read) expectKlarnaAccepts(read.body);
    }),
    { numRuns: 1500 },
  );
});
