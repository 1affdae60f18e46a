import { cancelAuthorization, createCustomerToken, placeOrder } from './api/authorizations.ts';
import type { Callbacks } from './callbacks.ts';
import { cancelCustomerToken, charge, readCustomerToken } from './api/customer-tokens.ts';
import { createHosted, disableHosted, distribute, grantedIn, readHosted } from './api/hosted-sessions.ts';
import * as details from './api/order-details.ts';
import * as orders from './api/orders.ts';
import { createSession, readSession, updateSession } from './api/payment-sessions.ts';
import type { Answer, State } from './state.ts';

export type Call = { state: State; callbacks: Callbacks; page: string; id: string; part: string; body: unknown };

/** `creates`: Klarna allows fewer of these a second. `keyed`: a repeated Klarna-Idempotency-Key gets the first answer. */
export type Route = { name: string; creates?: boolean; keyed?: boolean; answer: (call: Call) => Answer };

const om = '/ordermanagement/v1/orders/:id';
const tokens = '/customer-token/v1/tokens/:id';
const auth = '/payments/v1/authorizations/:id';

/** Klarna's endpoints: method and path → what answers; `:id` and `:part` take one segment. */
export const routes: Route[] = [
  { name: 'POST /payments/v1/sessions', creates: true, answer: ({ state, body }) => createSession(state, body) },
  { name: 'POST /payments/v1/sessions/:id', answer: ({ state, id, body }) => updateSession(state, id, body) },
  { name: 'GET /payments/v1/sessions/:id', answer: ({ state, id }) => readSession(state, id) },
  {
    name: `POST ${auth}/order`,
    answer: ({ state, callbacks, id, body }) =>
      placeOrder(state, { token: id, body, placed: (order) => callbacks.push(order, grantedIn(state, id)) }),
  },
  {
    name: `POST ${auth}/customer-token`,
    creates: true,
    answer: ({ state, id, body }) => createCustomerToken(state, id, body),
  },
  { name: `DELETE ${auth}`, answer: ({ state, id }) => cancelAuthorization(state, id) },
  { name: 'POST /hpp/v1/sessions', creates: true, answer: ({ state, page, body }) => createHosted(state, page, body) },
  { name: 'GET /hpp/v1/sessions/:id', answer: ({ state, id }) => readHosted(state, id) },
  {
    name: 'DELETE /hpp/v1/sessions/:id',
    answer: ({ state, callbacks, id }) => {
      const disabled = disableHosted(state, id);
      if (disabled) callbacks.statusUpdate(disabled);
      return { status: 204 };
    },
  },
  {
    name: 'POST /hpp/v1/sessions/:id/distribution',
    answer: ({ state, id, body }) => distribute(state, id, body),
  },
  { name: `GET ${tokens}`, answer: ({ state, id }) => readCustomerToken(state, id) },
  {
    name: `POST ${tokens}/order`,
    keyed: true,
    answer: ({ state, callbacks, id, body }) =>
      charge(state, { id, body, placed: (order) => callbacks.push(order, grantedIn(state, id)) }),
  },
  {
    name: `PATCH ${tokens}/status`,
    keyed: true,
    answer: ({ state, id, body }) => cancelCustomerToken(state, id, body),
  },
  { name: `GET ${om}`, answer: ({ state, id }) => orders.readOrder(state, id) },
  { name: `POST ${om}/acknowledge`, keyed: true, answer: ({ state, id }) => orders.acknowledge(state, id) },
  { name: `POST ${om}/captures`, keyed: true, answer: ({ state, id, body }) => orders.capture(state, id, body) },
  {
    name: `GET ${om}/captures`,
    answer: ({ state, id }) => ({ status: 200, body: orders.knownOrder(state, id).captures }),
  },
  {
    name: `GET ${om}/captures/:part`,
    answer: ({ state, id, part }) => ({ status: 200, body: orders.knownCapture(state, id, part) }),
  },
  {
    name: `PATCH ${om}/captures/:part/extend-due-date`,
    keyed: true,
    answer: ({ state, id, part, body }) => orders.extendDueDate(state, { id, capture_id: part, body }),
  },
  {
    name: `GET ${om}/captures/:part/extend-due-date-options`,
    answer: ({ state, id, part }) => details.dueDateOptions(state, id, part),
  },
  {
    name: `POST ${om}/captures/:part/shipping-info`,
    keyed: true,
    answer: ({ state, id, part, body }) => details.addCaptureShipping(state, { id, capture_id: part, body }),
  },
  {
    name: `POST ${om}/captures/:part/trigger-send-out`,
    keyed: true,
    answer: ({ state, id, part }) => details.sendOut(state, id, part),
  },
  {
    name: `POST ${om}/shipping-info`,
    keyed: true,
    answer: ({ state, id, body }) => details.addShipping(state, id, body),
  },
  {
    name: `PATCH ${om}/merchant-references`,
    keyed: true,
    answer: ({ state, id, body }) => details.nameOrder(state, id, body),
  },
  { name: `PATCH ${om}/customer-details`, keyed: true, answer: ({ state, id }) => details.changeCustomer(state, id) },
  {
    name: `PATCH ${om}/authorization`,
    keyed: true,
    answer: ({ state, id, body }) => details.changeAuthorization(state, id, body),
  },
  { name: `POST ${om}/refunds`, keyed: true, answer: ({ state, id, body }) => orders.refund(state, id, body) },
  { name: `GET ${om}/refunds/:part`, answer: ({ state, id, part }) => orders.readRefund(state, id, part) },
  { name: `POST ${om}/cancel`, keyed: true, answer: ({ state, id }) => orders.cancel(state, id) },
  {
    name: `POST ${om}/release-remaining-authorization`,
    keyed: true,
    answer: ({ state, id }) => orders.release(state, id),
  },
  {
    name: `POST ${om}/extend-authorization-time`,
    keyed: true,
    answer: ({ state, id }) => orders.extendAuthorization(state, id),
  },
];

/** The route of a request and what its path names. */
export function routed(method: string, path: string): { route: Route; id: string; part: string } | undefined {
  const given = path.split('/').map(decodeURIComponent);
  for (const route of routes) {
    const [wanted, pattern = ''] = route.name.split(' ');
    const parts = pattern.split('/');
    const fits =
      wanted === method &&
      parts.length === given.length &&
      parts.every((each, at) => each.startsWith(':') || each === given[at]);
    if (fits) return { route, id: given[parts.indexOf(':id')] ?? '', part: given[parts.indexOf(':part')] ?? '' };
  }
  return undefined;
}
