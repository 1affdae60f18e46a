import type { Problem } from './field-problems.ts';
import type { ItemLine, Shipment } from './order-fields.ts';

/** The amounts of a request: order totals and lines, in minor units. */
export type Basket = { order: { amount: number; tax_amount?: number | undefined }; shipments: Shipment[] };

/** True where prices exclude tax and the tax is a line of its own (Klarna, "Tax handling"). */
export const addsSalesTax = (country: string) => country === 'US';

export const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** The sales tax of a basket: as given for the order, or else the taxes of its lines. */
export const salesTax = ({ order, shipments }: Basket): number =>
  order.tax_amount ?? sum(shipments.flatMap(({ item_lines }) => item_lines.map((line) => givenTax(line) ?? 0)));

/**
 * The tax that an amount includes: total − total × 10000 / (10000 + rate), rounded (Klarna Payments,
 * `total_tax_amount`).
 */
const exactTax = (amount: number, rate: number) => amount - (amount * 10_000) / (10_000 + rate);
export const includedTax = (amount: number, rate: number) => Math.round(exactTax(amount, rate));

/** Klarna allows a difference of one minor unit. */
const fits = (tax: number, { amount, rate }: { amount: number; rate: number }) =>
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

const maxLines = 1000;

/** Everything that Klarna would refuse in the sums of a basket, by the line or field at fault. */
export function basketProblems(basket: Basket, country: string): Problem[] {
  const lines = basket.shipments.flatMap(({ item_lines }, shipment) =>
    item_lines.map((line, index) => ({ line, field: `shipments[${shipment}].item_lines[${index}]` })),
  );
  const wrongLines = lines.flatMap(({ line, field }) => lineProblems(line, field, country));
  const sums = sumProblems(basket, country);
  // The tax of a wrong line says nothing about the tax of the order.
  const comparable = wrongLines.length > 0 ? sums.filter(({ field }) => field !== 'order.tax_amount') : sums;
  return [...wrongLines, ...comparable];
}

/** The problems in the sums of one line. */
export function lineProblems(line: ItemLine, field: string, country = ''): Problem[] {
  const { price, quantity, amount } = line;
  const gross = quantity * price;
  if (!Number.isSafeInteger(gross) || gross < amount)
    return [{ field: `${field}.amount`, reason: 'is more than quantity × price' }];
  return addsSalesTax(country) ? [] : taxProblems(line, field);
}

function taxProblems(line: ItemLine, field: string): Problem[] {
  const rate = rateOf(line);
  const tax = givenTax(line);
  const at = `${field}.tax_lines`;
  if (rate === undefined) return [{ field: at, reason: 'no rate explains this amount of tax: give the rate' }];
  if (rate > 10_000) return [{ field: at, reason: 'the rates add up to more than 10000' }];
  if (tax === undefined || fits(tax, { amount: line.amount, rate })) return [];
  return [
    { field: at, reason: `the tax must be ${includedTax(line.amount, rate)}, or one more or less, at this rate` },
  ];
}

function sumProblems(basket: Basket, country: string): Problem[] {
  const { order } = basket;
  const { count, total, tax } = totals(basket, country);
  return [
    ...(count > maxLines ? [{ field: 'shipments', reason: `more than ${maxLines} lines, sales tax included` }] : []),
    ...(total === order.amount ? [] : [{ field: 'order.amount', reason: `the lines add up to ${total}` }]),
    ...(order.tax_amount === undefined || order.tax_amount === tax
      ? []
      : [{ field: 'order.tax_amount', reason: `the tax of the lines adds up to ${tax}` }]),
  ];
}

/** The lines that Klarna will receive, counted and added up; in the US sales tax is one more line. */
function totals(basket: Basket, country: string): { count: number; total: number; tax: number } {
  const items = basket.shipments.flatMap(({ item_lines }) => item_lines);
  const amount = sum(items.map((line) => line.amount));
  if (addsSalesTax(country)) {
    const tax = salesTax(basket);
    return { count: items.length + (tax > 0 ? 1 : 0), total: amount + tax, tax };
  }
  const tax = sum(items.map((line) => givenTax(line) ?? includedTax(line.amount, rateOf(line) ?? 0)));
  return { count: items.length, total: amount, tax };
}
