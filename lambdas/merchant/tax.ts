import type { ItemLine, Shipment } from './order-fields.ts';

/** The amounts of a request: order totals and lines, in minor units. */
export type Basket = { order: { amount: number; tax_amount?: number | undefined }; shipments: Shipment[] };

/** True where prices exclude tax and the tax is a line of its own (Klarna, "Tax handling"). */
export const addsSalesTax = (country: string) => country === 'US';

export const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** The sales tax of a basket: as given for the order, or else the taxes of its lines. */
export const salesTax = ({ order, shipments }: Basket): number =>
  order.tax_amount ?? sum(shipments.flatMap(({ item_lines }) => item_lines.map((line) => givenTax(line) ?? 0)));

/** The tax that an amount includes: total − total × 10000 / (10000 + rate), rounded (Klarna Payments, `total_tax_amount`). */
const exactTax = (amount: number, rate: number) => amount - (amount * 10_000) / (10_000 + rate);
export const includedTax = (amount: number, rate: number) => Math.round(exactTax(amount, rate));

/** Klarna allows a difference of one minor unit. */
export const fits = (tax: number, { amount, rate }: { amount: number; rate: number }) =>
  Math.abs(tax - exactTax(amount, rate)) <= 1;

/** The taxes of a line, added up; undefined where none gives an amount. */
export function givenTax({ tax_lines = [] }: ItemLine): number | undefined {
  const given = tax_lines.flatMap(({ amount }) => (amount === undefined ? [] : [amount]));
  return given.length > 0 ? sum(given) : undefined;
}

/** The tax rate that was given, or the one that follows from the amount of tax; undefined where no rate explains it. */
export function rateOf(line: ItemLine): number | undefined {
  const { tax_lines = [], amount } = line;
  const given = tax_lines.flatMap(({ rate }) => (rate === undefined ? [] : [rate]));
  if (given.length > 0) return sum(given);
  const tax = givenTax(line);
  if (!tax) return 0;
  const rate = Math.round((tax * 10_000) / (amount - tax));
  return tax < amount && rate <= 10_000 && fits(tax, { amount, rate }) ? rate : undefined;
}
