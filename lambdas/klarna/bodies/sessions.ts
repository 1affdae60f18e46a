import { orderLines } from './order-lines.ts';
import { billingOf, customerOf, shippingOf } from './people.ts';
import type { ChargeRequest, SessionRequest } from '../../merchant/requests.ts';

export type { ChargeRequest, SessionRequest } from '../../merchant/requests.ts';

type Urls = { authorization: string; notification: string; push: string };

/** Of a failed charge that the customer repairs (Klarna, "Recover charge failure"). */
export type StepUp = { step_up_id: string; customer_token: string };

/** The body of POST /payments/v1/sessions (Klarna Payments, "Create session"). */
export const toPaymentSession = (
  session: SessionRequest,
  { payment, urls, stepUp }: { payment: string; urls: Urls; stepUp?: StepUp },
): object => ({
  acquiring_channel: 'ECOMMERCE',
  intent: intents[session.flow],
  ...purchase(session, payment),
  ...(stepUp && { step_up_id: stepUp.step_up_id }),
  customer: { ...customerOf(session), ...(stepUp && { customer_token: stepUp.customer_token }) },
  merchant_urls: urls,
});

const intents = {
  capture: 'buy',
  authorize: 'buy',
  review: 'buy',
  tokenize: 'tokenize',
  buy_and_tokenize: 'buy_and_tokenize',
} as const satisfies Record<SessionRequest['flow'], string>;

/** What an order is placed with; `auto_capture` as a charge wanted it that the customer repairs. */
/** `urls` are those of the session: Klarna takes a repeat whose body differs, as by a rotated key in its URLs, for another order. */
export type OrderRequest = SessionRequest & { auto_capture?: boolean; urls?: Omit<Urls, 'authorization'> };

/** The body of POST /payments/v1/authorizations/{token}/order: lines and addresses exactly as they were authorised. */
export const toOrder = (
  session: OrderRequest,
  { payment, urls }: { payment: string; urls: Omit<Urls, 'authorization'> },
): object => ({
  ...purchase(session, payment),
  customer: customerOf(session),
  auto_capture: session.auto_capture ?? false,
  merchant_urls: { confirmation: session.order.redirection, notification: urls.notification, push: urls.push },
});

/** Who places the order once the shopper has agreed (Klarna, "Create session" of the hosted payment page). */
const placeOrderModes = {
  capture: 'CAPTURE_ORDER',
  authorize: 'PLACE_ORDER',
  review: 'PLACE_ORDER',
  tokenize: 'NONE',
  buy_and_tokenize: 'NONE',
} as const satisfies Record<SessionRequest['flow'], string>;

/**
 * The body of POST /hpp/v1/sessions. All ways back lead to the merchant's one URL; `back` stays out since Klarna refuses it
 * beside `cancel`, which does the same in e-commerce.
 */
export function toHostedSession(
  session: SessionRequest,
  made: { paymentSessionUrl: string; statusUpdate: string; placeOrder?: 'NONE' },
): object {
  const { redirection } = session.order;
  return {
    payment_session_url: made.paymentSessionUrl,
    merchant_urls: {
      success: redirection,
      cancel: redirection,
      failure: redirection,
      error: redirection,
      status_update: made.statusUpdate,
    },
    options: { place_order_mode: made.placeOrder ?? placeOrderModes[session.flow] },
  };
}

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

/** The session in which a customer repairs a failed charge: the same purchase, in the country and language of the token. */
export function toRecoverySession(
  { order, customer, shipments, auto_capture }: ChargeRequest,
  token: { country: string; locale: string; account: string },
): OrderRequest {
  const billing_address = {
    ...customer?.billing_address,
    country_code: customer?.billing_address?.country_code ?? token.country,
  };
  return {
    account: token.account,
    flow: 'buy_and_tokenize',
    locale: token.locale,
    order: { ...order, redirection: order.redirection ?? '' },
    customer: { ...customer, billing_address },
    shipments,
    auto_capture,
  };
}

/** What sessions and orders have in common. */
function purchase(session: SessionRequest, payment: string): object {
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

/** The first is shown to the shopper, the second stands in settlement files. */
const referencesOf = (reference: string | undefined, payment: string) => ({
  ...(reference && { merchant_reference1: reference }),
  merchant_reference2: payment,
});
