import type { ItemLine } from '../../merchant/order-fields.ts';
import { addsSalesTax, type Basket, givenTax, includedTax, rateOf, salesTax, sum } from '../../merchant/sums.ts';

/** A line as Klarna takes it; amounts in minor units, `tax_rate` with two implied decimals (2000 = 20 %). */
export type OrderLine = {
  type?: 'sales_tax';
  name: string;
  quantity: number;
  unit_price: number;
  total_amount: number;
  total_discount_amount?: number;
  tax_rate?: number;
  total_tax_amount?: number;
};

/** The lines of all shipments in Klarna's terms, and the tax in them. Only for a basket without problems. */
export function orderLines(basket: Basket, country: string): { lines: OrderLine[]; tax: number } {
  const items = basket.shipments.flatMap(({ item_lines }) => item_lines);
  if (!addsSalesTax(country)) {
    const lines = items.map(taxedLine);
    return { lines, tax: sum(lines.map(({ total_tax_amount = 0 }) => total_tax_amount)) };
  }
  const tax = salesTax(basket);
  const salesTaxLine: OrderLine = {
    type: 'sales_tax',
    name: 'Sales tax',
    quantity: 1,
    unit_price: tax,
    total_amount: tax,
    tax_rate: 0,
    total_tax_amount: 0,
  };
  return { lines: [...items.map(pricedLine), ...(tax > 0 ? [salesTaxLine] : [])], tax };
}

/** The lines of a capture or refund in Klarna's terms. */
export const operationLines = (items: ItemLine[]): OrderLine[] => items.map(taxedLine);

function pricedLine({ name, quantity, price, amount }: ItemLine): OrderLine {
  const discount = quantity * price - amount;
  return {
    name,
    quantity,
    unit_price: price,
    total_amount: amount,
    ...(discount > 0 && { total_discount_amount: discount }),
  };
}

function taxedLine(line: ItemLine): OrderLine {
  const rate = rateOf(line) ?? 0;
  return { ...pricedLine(line), tax_rate: rate, total_tax_amount: givenTax(line) ?? includedTax(line.amount, rate) };
}
