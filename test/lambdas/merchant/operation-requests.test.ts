import { expect, test } from 'vitest';
import { parseOperation } from '../../../lambdas/merchant/operation-requests.ts';

const line = { name: 'x', price: 100, quantity: 2, amount: 200 };

test('an operation without an amount has that of its lines', () => {
  expect(parseOperation('captures', { item_lines: [line, line] })).toMatchObject({ request: { amount: 400 } });
  expect(parseOperation('captures', {})).toEqual({ request: {} });
});

test.each([
  ['captures', { amount: 0 }, 'amount'],
  ['captures', { amount: 399, item_lines: [line, line] }, 'amount'],
  ['refunds', { item_lines: [{ ...line, amount: 201 }] }, 'item_lines[0].amount'],
  ['refunds', { amount: 1, shipping_info: [] }, 'shipping_info'],
  ['captures', { shipping_info: [{ shipping_method: 'Pigeon' }] }, 'shipping_info[0].shipping_method'],
  ['cancellation', { amount: 1 }, 'amount'],
  ['release', { reason: 'x' }, 'reason'],
  ['extension', { capture_id: 'c' }, 'number_of_days'],
  ['extension', { number_of_days: 3 }, 'capture_id'],
] as const)('%s with %j is refused by the name of the field, %s', (name, body, field) => {
  const read = parseOperation(name, body);
  expect('problems' in read && read.problems[0]?.field).toBe(field);
});
