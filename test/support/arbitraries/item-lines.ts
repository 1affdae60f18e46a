import fc from 'fast-check';
import type { ItemLine } from '../../../lambdas/merchant/order-fields.ts';

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
/** A line whose sums and taxes may be wrong. */
export const anyLine = fc
  .record({
    price,
    quantity: fc.integer({ min: 0, max: 50 }),
    discount: fc.integer({ min: -3, max: 5000 }),
    tax_lines: taxLines,
  })
  .map(
    ({ price, quantity, discount, tax_lines }): ItemLine => ({
      name: 'line',
      price,
      quantity,
      amount: Math.max(0, price * quantity - discount),
      ...(tax_lines && { tax_lines }),
    }),
  );

/** A line whose sums are right, with a rate and perhaps its tax, rounded in any way. */
export const carefulLine = fc
  .record({
    price,
    quantity: fc.integer({ min: 1, max: 50 }),
    share: fc.integer({ min: 0, max: 100 }),
    rate: fc.integer({ min: 0, max: 10_000 }),
    round: fc.constantFrom(Math.floor, Math.ceil, Math.round),
    given: fc.constantFrom('rate', 'both'),
  })
  .map(({ price, quantity, share, rate, round, given }): ItemLine => {
    const amount = Math.round((price * quantity * share) / 100);
    const tax = round(amount - (amount * 10_000) / (10_000 + rate));
    return { name: 'line', price, quantity, amount, tax_lines: [given === 'both' ? { rate, amount: tax } : { rate }] };
  });
