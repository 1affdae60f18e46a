import type { ItemLine, Shipment } from '../../merchant/order-fields.ts';
import type { Problem } from '../../merchant/field-problems.ts';

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

type Basket = { order: { amount: number; tax_amount?: number | undefined }; shipments: Shipment[] };

/** Where prices come without tax and the tax is a line of its own (Klarna, "Tax handling"). */
const addsSalesTax = (country: string) => country === 'US';

const mostLines = 1000;

/** The lines of all shipments in Klarna's terms, and the tax in them. Only for a basket without problems. */
export function orderLines(basket: Basket, country: string): { lines: OrderLine[]; tax: number } {
  const items = basket.shipments.flatMap(({ item_lines }) => item_lines);
  if (!addsSalesTax(country)) {
    const lines = items.map(taxed);
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
  return { lines: [...items.map(priced), ...(tax > 0 ? [salesTaxLine] : [])], tax };
}

/** Lines of a capture or refund. */
export const linesOf = (items: ItemLine[]): OrderLine[] => items.map(taxed);

const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);

const salesTax = ({ order, shipments }: Basket): number =>
  order.tax_amount ?? sum(shipments.flatMap(({ item_lines }) => item_lines.map((line) => givenTax(line) ?? 0)));

function priced({ name, quantity, price, amount }: ItemLine): OrderLine {
  const discount = quantity * price - amount;
  return {
    name,
    quantity,
    unit_price: price,
    total_amount: amount,
    ...(discount > 0 && { total_discount_amount: discount }),
  };
}

function taxed(line: ItemLine): OrderLine {
  const rate = rateOf(line) ?? 0;
  return { ...priced(line), tax_rate: rate, total_tax_amount: givenTax(line) ?? taxIn(line.amount, rate) };
}

/** The tax that an amount holds: total − total × 10000 / (10000 + rate), rounded (Klarna Payments, `total_tax_amount`). */
const exactTax = (amount: number, rate: number) => amount - (amount * 10_000) / (10_000 + rate);
const taxIn = (amount: number, rate: number) => Math.round(exactTax(amount, rate));

/** Klarna allows a difference of one minor unit. */
const fits = (tax: number, { amount, rate }: { amount: number; rate: number }) =>
  Math.abs(tax - exactTax(amount, rate)) <= 1;

/** Several taxes on one line add up; undefined where none names an amount. */
function givenTax({ tax_lines = [] }: ItemLine): number | undefined {
  const given = tax_lines.flatMap(({ amount }) => (amount === undefined ? [] : [amount]));
  return given.length > 0 ? sum(given) : undefined;
}

/** The rate that was given, or the one that the amount of tax tells; undefined where no rate explains it. */
function rateOf(line: ItemLine): number | undefined {
  const { tax_lines = [], amount } = line;
  const given = tax_lines.flatMap(({ rate }) => (rate === undefined ? [] : [rate]));
  if (given.length > 0) return sum(given);
  const tax = givenTax(line);
  if (!tax) return 0;
  const told = Math.round((tax * 10_000) / (amount - tax));
  return tax < amount && told <= 10_000 && fits(tax, { amount, rate: told }) ? told : undefined;
}

/** Whatever Klarna would refuse in the sums of a basket, by the line or field at fault. */
export function basketProblems(basket: Basket, country: string): Problem[] {
  const named = basket.shipments.flatMap(({ item_lines }, shipment) =>
    item_lines.map((line, index) => ({ line, field: `shipments[${shipment}].item_lines[${index}]` })),
  );
  const wrong = named.flatMap(({ line, field }) => lineProblems(line, field, country));
  const sums = sumProblems(basket, country);
  // what a wrong line says of its tax is worth no comparison
  return [...wrong, ...(wrong.length > 0 ? sums.filter(({ field }) => field !== 'order.tax_amount') : sums)];
}

/** What is wrong with the sums of one line. */
export function lineProblems(line: ItemLine, field: string, country = ''): Problem[] {
  const { price, quantity, amount } = line;
  const gross = quantity * price;
  if (!Number.isSafeInteger(gross) || gross < amount)
    return [{ field: `${field}.amount`, reason: 'is more than quantity × price' }];
  if (addsSalesTax(country)) return [];
  return taxProblems(line, field);
}

function taxProblems(line: ItemLine, field: string): Problem[] {
  const rate = rateOf(line);
  const tax = givenTax(line);
  const at = `${field}.tax_lines`;
  if (rate === undefined) return [{ field: at, reason: 'no rate explains this amount of tax: give the rate' }];
  if (rate > 10_000) return [{ field: at, reason: 'the rates add up to more than 10000' }];
  if (tax === undefined || fits(tax, { amount: line.amount, rate })) return [];
  return [{ field: at, reason: `the tax must be ${taxIn(line.amount, rate)}, or one more or less, at this rate` }];
}

function sumProblems(basket: Basket, country: string): Problem[] {
  const { order } = basket;
  const { lines, tax } = orderLines(basket, country);
  const total = sum(lines.map(({ total_amount }) => total_amount));
  return [
    ...(lines.length > mostLines
      ? [{ field: 'shipments', reason: `more than ${mostLines} lines, sales tax included` }]
      : []),
    ...(total === order.amount ? [] : [{ field: 'order.amount', reason: `the lines add up to ${total}` }]),
    ...(order.tax_amount === undefined || order.tax_amount === tax
      ? []
      : [{ field: 'order.tax_amount', reason: `the tax of the lines adds up to ${tax}` }]),
  ];
}
