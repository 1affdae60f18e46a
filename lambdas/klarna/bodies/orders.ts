import type { OrderRequest } from '../../merchant/kept-requests.ts';
import type { ChargeRequest, SessionRequest } from '../../merchant/requests.ts';
import { orderLines } from './order-lines.ts';
import { billingOf, customerOf, purchase, referencesOf, shippingOf } from './purchase.ts';

/**
 * The body of POST /payments/v1/authorizations/{token}/order: lines and addresses exactly as the shopper authorized
 * them.
 */
export const toOrder = (
  session: OrderRequest,
  { payment, urls }: { payment: string; urls: { notification: string; push: string } },
): object => ({
  ...purchase(session, payment),
  customer: customerOf(session),
  auto_capture: session.auto_capture ?? false,
  merchant_urls: { confirmation: session.order.redirection, notification: urls.notification, push: urls.push },
});

/** The body of POST /payments/v1/authorizations/{token}/customer-token. */
export const toCustomerToken = (session: SessionRequest, { payment }: { payment: string }): object => ({
  description: `Payments to come, agreed in ${session.order.reference ?? payment}`.slice(0, 255),
  intended_use: 'SUBSCRIPTION',
  locale: session.locale,
  purchase_country: session.customer.billing_address.country_code,
  purchase_currency: session.order.currency_code,
  billing_address: billingOf(session),
  customer: customerOf(session),
});

/** The body of POST /customer-token/v1/tokens/{token}/order; `country` is that of the token. */
export function toCharge(
  charge: ChargeRequest,
  { payment, push, country }: { payment: string; push: string; country: string },
): object {
  const { order, shipments, customer } = charge;
  const { lines, tax } = orderLines(charge, customer?.billing_address?.country_code ?? country);
  return {
    order_amount: order.amount,
    order_tax_amount: tax,
    order_lines: lines,
    purchase_currency: order.currency_code,
    ...referencesOf(order.reference, payment),
    ...shippingOf(shipments),
    auto_capture: charge.auto_capture,
    ...(order.redirection && { merchant_urls: { confirmation: order.redirection, push } }),
    step_up: charge.initiator === 'customer' ? 'SUPPORTED' : 'NOT_SUPPORTED',
  };
}
