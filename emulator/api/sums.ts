import type { Line } from './checks.ts';
import { badValue } from '../problem.ts';

/** Lines add up, each in itself and all together; in the US the tax is a line of its own. */
export function checkSums(
  body: { order_amount: number; order_tax_amount: number; order_lines: Line[] },
  country = '',
): void {
  for (const [index, each] of body.order_lines.entries()) checkLine(each, `order_lines[${index}]`, country);
  const sum = (of: (each: Line) => number) => body.order_lines.reduce((total, each) => total + of(each), 0);
  if (sum(({ total_amount }) => total_amount) !== body.order_amount) throw badValue('order_amount');
  const tax =
    country.toUpperCase() === 'US'
      ? sum((each) => (each.type === 'sales_tax' ? each.total_amount : 0))
      : sum(({ total_tax_amount }) => total_tax_amount);
  if (tax !== body.order_tax_amount) throw badValue('order_tax_amount');
}

function checkLine(given: Line, field: string, country: string): void {
  const { quantity, unit_price, total_discount_amount, total_amount, total_tax_amount, tax_rate } = given;
  if (total_amount !== quantity * unit_price - total_discount_amount) throw badValue(`${field}.total_amount`);
  if (country.toUpperCase() === 'US') {
    if (total_tax_amount !== 0) throw badValue(`${field}.total_tax_amount`);
    return;
  }
  const exact = total_amount - (total_amount * 10_000) / (10_000 + tax_rate);
  if (Math.abs(total_tax_amount - exact) > 1) throw badValue(`${field}.total_tax_amount`);
}
