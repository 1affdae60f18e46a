import type { OrderRequest } from '../../merchant/kept-requests.ts';
import type { ChargeRequest, SessionRequest } from '../../merchant/requests.ts';
import { customerOf, purchase } from './purchase.ts';

/** Identifies a failed charge that the customer repairs (Klarna, "Recover charge failure"). */
export type StepUp = { step_up_id: string; customer_token: string };

/** The body of POST /payments/v1/sessions (Klarna Payments, "Create session"). */
export const toPaymentSession = (
  session: SessionRequest,
  {
    payment,
    urls: { authorization, notification, push },
    stepUp,
  }: { payment: string; urls: { authorization: string; notification: string; push: string }; stepUp?: StepUp },
): object => ({
  acquiring_channel: 'ECOMMERCE',
  intent: intents[session.flow],
  ...purchase(session, payment),
  ...(stepUp && { step_up_id: stepUp.step_up_id }),
  customer: { ...customerOf(session), ...(stepUp && { customer_token: stepUp.customer_token }) },
  merchant_urls: { authorization, notification, push },
});

const intents = {
  capture: 'buy',
  authorize: 'buy',
  review: 'buy',
  tokenize: 'tokenize',
  buy_and_tokenize: 'buy_and_tokenize',
} as const satisfies Record<SessionRequest['flow'], string>;

/**
 * Whether Klarna places the order once the shopper has agreed (Klarna, "Create session" of the hosted payment page).
 */
const placeOrderModes = {
  capture: 'CAPTURE_ORDER',
  authorize: 'PLACE_ORDER',
  review: 'PLACE_ORDER',
  tokenize: 'NONE',
  buy_and_tokenize: 'NONE',
} as const satisfies Record<SessionRequest['flow'], string>;

/**
 * The body of POST /hpp/v1/sessions. All ways back lead to the merchant's one URL. `back` is left out: Klarna refuses
 * it beside `cancel`, which does the same in e-commerce.
 */
export function toHostedSession(
  session: SessionRequest,
  links: { paymentSessionUrl: string; statusUpdate: string; placeOrder?: 'NONE' },
): object {
  const { redirection } = session.order;
  return {
    payment_session_url: links.paymentSessionUrl,
    merchant_urls: {
      success: redirection,
      cancel: redirection,
      failure: redirection,
      error: redirection,
      status_update: links.statusUpdate,
    },
    options: { place_order_mode: links.placeOrder ?? placeOrderModes[session.flow] },
  };
}

/**
 * The session in which a customer repairs a failed charge: the same purchase, in the country and language of the token.
 */
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
