import { toPaymentSession } from '../../../lambdas/klarna/bodies/sessions.ts';
import type { ItemLine } from '../../../lambdas/merchant/order-fields.ts';
import { parseSession } from '../../../lambdas/merchant/requests.ts';

type KlarnaLine = {
  type?: string;
  quantity: number;
  unit_price: number;
  total_discount_amount?: number;
  total_amount: number;
  tax_rate?: number;
  total_tax_amount?: number;
};
export type KlarnaBody = {
  order_amount: number;
  order_tax_amount: number;
  order_lines: KlarnaLine[];
  purchase_country: string;
};

/** A create-payment request with these lines. */
export const requestWith = (
  item_lines: ItemLine[],
  order: { amount: number; tax_amount?: number },
  country_code = 'DE',
) => ({
  order: { redirection: 'https://shop.example', currency_code: 'EUR', ...order },
  customer: { billing_address: { country_code, province_code: 'NY' } },
  shipments: [{ item_lines }],
});
const urls = { authorization: 'https://r/a', notification: 'https://r/n', push: 'https://r/p' };
/** The session of Klarna Payments for a request, or the request's problems. */
export const paymentSessionOf = (body: object) => {
  const read = parseSession(body);
  return 'problems' in read ? read : { body: toPaymentSession(read.session, { payment: 'p', urls }) as KlarnaBody };
};

/** The same for a request with one line of 1000, changed as given. */
export const oneLine = (
  line: Partial<ItemLine>,
  order: { amount?: number; tax_amount?: number } = {},
  country?: string,
) =>
  paymentSessionOf(
    requestWith([{ name: 'x', price: 1000, quantity: 1, amount: 1000, ...line }], { amount: 1000, ...order }, country),
  );
