import { expect, test } from 'vitest';
import { amountLeft } from '../../../lambdas/flows/amount-left.ts';

const none = { captures: [], refunds: [] };

test.each([
  [{ status: 'PART_CAPTURED', order_amount: 9, captured_amount: 4, remaining_authorized_amount: 3 }, 3],
  [{ status: 'CAPTURED', remaining_authorized_amount: 0 }, 0],
  [{ status: 'PART_CAPTURED', order_amount: 9, captured_amount: 4 }, 5],
  [{ status: 'AUTHORIZED', order_amount: 9, captured_amount: 0 }, 9],
  [{ status: 'AUTHORIZED', order_amount: 9 }, 9],
  [{ status: 'PART_CAPTURED', order_amount: 9 }, undefined],
  [{ status: 'AUTHORIZED' }, undefined],
  [{ status: 'CAPTURED', order_amount: 9, captured_amount: 4 }, undefined], // the rest was released
  [{ status: 'EXPIRED', order_amount: 9, captured_amount: 4 }, undefined],
  [{ order_amount: 9, captured_amount: 4 }, undefined],
])('of %j, %s is left to capture', (order, left) => {
  expect(amountLeft('capture', { ...none, ...order })).toBe(left);
});

test.each([
  [{ captured_amount: 9, refunded_amount: 4 }, 5],
  [{ captured_amount: 9, refunded_amount: 9 }, 0],
  [{ captured_amount: 9 }, undefined],
  [{ refunded_amount: 4 }, undefined],
])('of %j, %s is left to refund', (order, left) => {
  expect(amountLeft('refund', { ...none, ...order })).toBe(left);
});
