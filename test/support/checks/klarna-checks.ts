import { expect } from 'vitest';
import type { KlarnaBody } from '../builders/baskets.ts';

const sum = (amounts: number[]) => amounts.reduce((total, each) => total + each, 0);

/** Klarna's checks of a session, written from its documentation of order lines. */
export function expectKlarnaAccepts({
  order_amount,
  order_tax_amount,
  order_lines,
  purchase_country,
}: KlarnaBody): void {
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
