import { expect, test } from 'vitest';
import { toCapture, toDueDate, toRefund } from '../../../../lambdas/klarna/bodies/operations.ts';

const operation = { amount: 400, operation: 'op-1' };
const item_lines = [{ name: 'Lamp', price: 400, quantity: 1, amount: 400, tax_lines: [{ rate: 2500 }] }];
const order_lines = [
  { name: 'Lamp', quantity: 1, unit_price: 400, total_amount: 400, tax_rate: 2500, total_tax_amount: 80 },
];

test("an operation has the merchant's reference, or else its own id, by which it is found again", () => {
  expect(toCapture({ reference: 'mine' }, operation)).toEqual({ captured_amount: 400, reference: 'mine' });
  expect(toCapture({}, operation)).toEqual({ captured_amount: 400, reference: 'op-1' });
  expect(toRefund({}, operation)).toEqual({ refunded_amount: 400, reference: 'op-1' });
});

test('lines, description and shipping are passed on', () => {
  const shipping_info = [{ shipping_company: 'DHL' }];
  const request = { item_lines, description: 'Lamp', shipping_info, shipping_delay: 0 };
  expect(toCapture(request, operation)).toEqual({
    captured_amount: 400,
    reference: 'op-1',
    description: 'Lamp',
    order_lines,
    shipping_info,
    shipping_delay: 0,
  });
  expect(toRefund({ item_lines, description: 'Lamp' }, operation)).toEqual({
    refunded_amount: 400,
    reference: 'op-1',
    description: 'Lamp',
    order_lines,
  });
});

test('a due date is moved by days', () => {
  expect(toDueDate({ capture_id: 'c', number_of_days: 14 })).toEqual({ number_of_days: 14 });
});
