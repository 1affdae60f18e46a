import type { SessionRequest } from '../../merchant/requests.ts';
import { orderLines } from './order-lines.ts';
import { billingOf, shippingOf } from './people.ts';

/** The fields that sessions and orders have in common. */
export function purchase(session: SessionRequest, payment: string): object {
  const { country_code } = session.customer.billing_address;
  const { lines, tax } = orderLines(session, country_code);
  return {
    purchase_country: country_code,
    purchase_currency: session.order.currency_code,
    locale: session.locale,
    order_amount: session.order.amount,
    order_tax_amount: tax,
    order_lines: lines,
    billing_address: billingOf(session),
    ...shippingOf(session.shipments, session.customer.company_name),
    ...referencesOf(session.order.reference, payment),
  };
}

/** The shopper sees the first reference; the second appears in settlement files. */
export const referencesOf = (reference: string | undefined, payment: string) => ({
  ...(reference && { merchant_reference1: reference }),
  merchant_reference2: payment,
});
