import { expect, test } from 'vitest';
import { paymentId } from '../../../lambdas/payment/payment-id.ts';

test.each(['order-1', '7', 'A.b_c-9', 'x'.repeat(64)])('%s is a payment id', (text) => {
  expect(paymentId(text)).toBe(text);
});

test.each(['', '.', '..', '-a', '_a', 'a/b', 'a b', 'a%2Fb', 'a\n', 'é', '{order.id}', 'x'.repeat(65)])(
  '%j is not a payment id',
  (text) => {
    expect(paymentId(text)).toBeUndefined();
  },
);
