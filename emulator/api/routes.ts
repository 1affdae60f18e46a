import type { ApiOperation } from './api-call.ts';
import * as hpp from './hosted-page/hosted-sessions.ts';
import * as captures from './order-management/captures.ts';
import * as details from './order-management/order-details.ts';
import * as orders from './order-management/order-lifecycle.ts';
import * as refunds from './order-management/refunds.ts';
import * as authorizations from './payments/authorizations.ts';
import * as authorizedOrders from './payments/authorized-orders.ts';
import * as tokens from './payments/customer-tokens.ts';
import * as sessions from './payments/payment-sessions.ts';

/** `creates`: has the lower rate limit. `keyed`: repeats the first answer to a Klarna-Idempotency-Key. */
export type KlarnaRoute = { name: string; creates?: boolean; keyed?: boolean; answer: ApiOperation };

const authorization = '/payments/v1/authorizations/:id';
const token = '/customer-token/v1/tokens/:id';
const order = '/ordermanagement/v1/orders/:id';
const capture = `${order}/captures/:part`;

/** Klarna's endpoints, by method and path; `:id` and `:part` stand for one segment each. */
const routes: KlarnaRoute[] = [
  { name: 'POST /payments/v1/sessions', creates: true, answer: sessions.createCreditSession },
  { name: 'POST /payments/v1/sessions/:id', answer: sessions.updateCreditSession },
  { name: 'GET /payments/v1/sessions/:id', answer: sessions.readCreditSession },
  { name: `POST ${authorization}/order`, answer: authorizedOrders.createOrder },
  { name: `POST ${authorization}/customer-token`, creates: true, answer: authorizations.purchaseToken },
  { name: `DELETE ${authorization}`, answer: authorizations.cancelAuthorization },

  { name: 'POST /hpp/v1/sessions', creates: true, answer: hpp.createHppSession },
  { name: 'GET /hpp/v1/sessions/:id', answer: hpp.getSessionById },
  { name: 'DELETE /hpp/v1/sessions/:id', answer: hpp.disableHppSession },
  { name: 'POST /hpp/v1/sessions/:id/distribution', answer: hpp.distributeHppSession },

  { name: `GET ${token}`, answer: tokens.readCustomerToken },
  { name: `POST ${token}/order`, keyed: true, answer: tokens.createOrderWithToken },
  { name: `PATCH ${token}/status`, keyed: true, answer: tokens.patchCustomerToken },

  { name: `GET ${order}`, answer: orders.getOrder },
  { name: `POST ${order}/acknowledge`, keyed: true, answer: orders.acknowledgeOrder },
  { name: `POST ${order}/cancel`, keyed: true, answer: orders.cancelOrder },
  { name: `POST ${order}/extend-authorization-time`, keyed: true, answer: orders.extendAuthorizationTime },
  { name: `POST ${order}/release-remaining-authorization`, keyed: true, answer: orders.releaseRemainingAuthorization },
  { name: `PATCH ${order}/authorization`, keyed: true, answer: details.updateAuthorization },
  { name: `PATCH ${order}/customer-details`, keyed: true, answer: details.updateConsumerDetails },
  { name: `PATCH ${order}/merchant-references`, keyed: true, answer: details.updateMerchantReferences },
  { name: `POST ${order}/shipping-info`, keyed: true, answer: details.appendOrderShippingInfo },

  { name: `POST ${order}/captures`, keyed: true, answer: captures.captureOrder },
  { name: `GET ${order}/captures`, answer: captures.getCaptures },
  { name: `GET ${capture}`, answer: captures.getCapture },
  { name: `PATCH ${capture}/extend-due-date`, keyed: true, answer: captures.extendDueDate },
  { name: `GET ${capture}/extend-due-date-options`, answer: captures.getOptionsForExtendDueDate },
  { name: `POST ${capture}/shipping-info`, keyed: true, answer: captures.appendShippingInfo },
  { name: `POST ${capture}/trigger-send-out`, keyed: true, answer: captures.triggerSendOut },

  { name: `POST ${order}/refunds`, keyed: true, answer: refunds.refundOrder },
  { name: `GET ${order}/refunds/:part`, answer: refunds.getRefund },
];

/** The route of a request, and the ids in its path. */
export function routeOf(method: string, path: string): { route: KlarnaRoute; id: string; part: string } | undefined {
  const given = path.split('/').map(decodeURIComponent);
  for (const route of routes) {
    const [wanted, pattern = ''] = route.name.split(' ');
    const parts = pattern.split('/');
    const matches =
      wanted === method &&
      parts.length === given.length &&
      parts.every((each, at) => each.startsWith(':') || each === given[at]);
    if (matches) return { route, id: given[parts.indexOf(':id')] ?? '', part: given[parts.indexOf(':part')] ?? '' };
  }
  return undefined;
}
