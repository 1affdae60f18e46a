import * as z from 'zod/mini';
import * as answers from './answers.ts';
import { type KlarnaResponse, type KlarnaRequest, call, type Connection } from './call.ts';
import { correlationIdOf } from './failure.ts';
import { KlarnaError } from './klarna-error.ts';

type ByToken = { token: string; body: object };
type OnOrder = { order_id: string; key: string };

const part = encodeURIComponent;
const kp = '/payments/v1';
const hpp = '/hpp/v1/sessions';
const om = (order_id: string) => `/ordermanagement/v1/orders/${part(order_id)}`;
const tokens = (token: string) => `/customer-token/v1/tokens/${part(token)}`;

/** One function per endpoint of Klarna's. */
export function endpoints(line: Connection) {
  const get = (operation: string, path: string) => call(line, { operation, method: 'GET', path, repeatable: true });
  const post = (operation: string, asked: Omit<KlarnaRequest, 'operation' | 'method'>) =>
    call(line, { operation, method: 'POST', ...asked });
  /** A write on an order or a token: Klarna knows its repeat by the key. */
  const write = (operation: string, asked: Omit<KlarnaRequest, 'operation' | 'method' | 'repeatable'>) =>
    post(operation, { ...asked, repeatable: true });

  return {
    /** The URL under which the hosted payment page finds a session of Klarna Payments. */
    paymentSessionUrl: (session_id: string) => `${line.base}${kp}/sessions/${part(session_id)}`,

    createPaymentSession: async (body: object) => {
      const answer = await post('createPaymentSession', { path: `${kp}/sessions`, body, repeatable: true });
      return read('createPaymentSession', answers.paymentSessionMade, answer);
    },
    updatePaymentSession: async (session_id: string, body: object) => {
      await post('updatePaymentSession', { path: `${kp}/sessions/${part(session_id)}`, body, repeatable: true });
    },
    readPaymentSession: async (session_id: string) =>
      read(
        'readPaymentSession',
        answers.paymentSession,
        await get('readPaymentSession', `${kp}/sessions/${part(session_id)}`),
      ),
    createHostedSession: async (body: object) =>
      read(
        'createHostedSession',
        answers.hostedSessionMade,
        await post('createHostedSession', { path: hpp, body, repeatable: true }),
      ),
    readHostedSession: async (session_id: string) =>
      read('readHostedSession', answers.hostedSession, await get('readHostedSession', `${hpp}/${part(session_id)}`)),
    disableHostedSession: async (session_id: string) => {
      const path = `${hpp}/${part(session_id)}`;
      await call(line, { operation: 'disableHostedSession', method: 'DELETE', path, repeatable: true });
    },

    /** One token makes one order: Klarna repeats its outcome (Klarna, "Place order"). */
    placeOrder: async ({ token, body }: ByToken) => {
      const path = `${kp}/authorizations/${part(token)}/order`;
      return read('placeOrder', answers.orderMade, await post('placeOrder', { path, body, repeatable: true }));
    },
    /** Nothing says that asking twice makes one token, so it is asked once. */
    createCustomerToken: async ({ token, body }: ByToken) => {
      const path = `${kp}/authorizations/${part(token)}/customer-token`;
      const answer = await post('createCustomerToken', { path, body, repeatable: false });
      return read('createCustomerToken', answers.customerTokenMade, answer);
    },
    cancelAuthorization: async (token: string) => {
      const path = `${kp}/authorizations/${part(token)}`;
      await call(line, { operation: 'cancelAuthorization', method: 'DELETE', path, repeatable: true });
    },

    readCustomerToken: async (token: string) =>
      read('readCustomerToken', answers.customerToken, await get('readCustomerToken', tokens(token))),
    chargeCustomerToken: async ({ token, body, key }: ByToken & { key: string }) => {
      const answer = await write('chargeCustomerToken', { path: `${tokens(token)}/order`, body, key });
      return read('chargeCustomerToken', answers.orderMade, answer);
    },
    cancelCustomerToken: async ({ token, key }: { token: string; key: string }) => {
      const asked = { path: `${tokens(token)}/status`, body: { status: 'CANCELLED' }, key };
      return named(await call(line, { operation: 'cancelCustomerToken', method: 'PATCH', repeatable: true, ...asked }));
    },

    readOrder: async (order_id: string) => read('readOrder', answers.order, await get('readOrder', om(order_id))),
    acknowledgeOrder: async ({ order_id, key }: OnOrder) => {
      await write('acknowledgeOrder', { path: `${om(order_id)}/acknowledge`, key });
    },
    capture: async ({ order_id, key, body }: OnOrder & { body: object }) => {
      const answer = await write('capture', { path: `${om(order_id)}/captures`, body, key });
      return { capture_id: made('capture', answer, 'capture-id'), ...named(answer) };
    },
    refund: async ({ order_id, key, body }: OnOrder & { body: object }) => {
      const answer = await write('refund', { path: `${om(order_id)}/refunds`, body, key });
      return { refund_id: made('refund', answer, 'refund-id'), ...named(answer) };
    },
    cancelOrder: async ({ order_id, key }: OnOrder) =>
      named(await write('cancelOrder', { path: `${om(order_id)}/cancel`, key })),
    releaseRemaining: async ({ order_id, key }: OnOrder) =>
      named(await write('releaseRemaining', { path: `${om(order_id)}/release-remaining-authorization`, key })),
    extendAuthorization: async ({ order_id, key }: OnOrder) =>
      named(await write('extendAuthorization', { path: `${om(order_id)}/extend-authorization-time`, key })),
    extendDueDate: async ({ order_id, key, capture_id, body }: OnOrder & { capture_id: string; body: object }) => {
      const path = `${om(order_id)}/captures/${part(capture_id)}/extend-due-date`;
      return named(
        await call(line, { operation: 'extendDueDate', method: 'PATCH', path, body, key, repeatable: true }),
      );
    },
  };
}

/** @throws KlarnaError of kind `unavailable`: a success that does not say what it made leaves us as wise as no answer */
function read<Schema extends z.ZodMiniType<object>>(
  operation: string,
  schema: Schema,
  answer: KlarnaResponse,
): z.infer<Schema> & Named {
  const parsed = z.safeParse(schema, answer.body);
  if (parsed.success) return { ...parsed.data, ...named(answer) };
  throw new KlarnaError({ operation, kind: 'unavailable', status: answer.status });
}

type Named = { correlation_id?: string };

/** Klarna's name for the request, which its support asks for. */
function named({ headers }: KlarnaResponse): Named {
  const correlation_id = correlationIdOf(headers);
  return correlation_id === undefined ? {} : { correlation_id };
}

/** Captures and refunds are named by a header, and by the end of `Location` where that is missing. */
function made(operation: string, { status, headers }: KlarnaResponse, header: string): string {
  const id = headers.get(header) ?? headers.get('location')?.split('/').at(-1);
  if (id) return id;
  throw new KlarnaError({ operation, kind: 'unavailable', status });
}
