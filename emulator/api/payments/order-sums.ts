import { badValue } from '../../problem.ts';
import type { PurchaseLine } from './purchase-bodies.ts';

/** Checks that each line adds up and that the lines make up the order. In the US tax is a line of type `sales_tax`. */
export function checkSums(
  body: { order_amount: number; order_tax_amount: number; order_lines: PurchaseLine[] },
  country = '',
): void {
  for (const [index, line] of body.order_lines.entries()) checkLine(line, `order_lines[${index}]`, country);
  const sum = (of: (line: PurchaseLine) => number) => body.order_lines.reduce((total, line) => total + of(line), 0);
  if (sum(({ total_amount }) => total_amount) !== body.order_amount) throw badValue('order_amount');
  const tax =
    country.toUpperCase() === 'US'
      ? sum((line) => (line.type === 'sales_tax' ? line.total_amount : 0))
      : sum(({ total_tax_amount }) => total_tax_amount);
  if (tax !== body.order_tax_amount) throw badValue('order_tax_amount');
}

function checkLine(line: PurchaseLine, field: string, country: string): void {
  const { quantity, unit_price, total_discount_amount, total_amount, total_tax_amount, tax_rate } = line;
  if (total_amount !== quantity * unit_price - total_discount_amount) throw badValue(`${field}.total_amount`);
  if (country.toUpperCase() === 'US') {
    if (total_tax_amount !== 0) throw badValue(`${field}.total_tax_amount`);
    return;
  }
  const exact = total_amount - (total_amount * 10_000) / (10_000 + tax_rate);
  if (Math.abs(total_tax_amount - exact) > 1) throw badValue(`${field}.total_tax_amount`);
}
