import * as z from 'zod/mini';
import * as answers from './answers.ts';
import { call, correlationIdOf } from './call.ts';
import type { Connection, KlarnaRequest, KlarnaResponse } from './connection.ts';
import { hostedSession } from './hosted-session.ts';
import { KlarnaError } from './klarna-error.ts';

type ByToken = { token: string; body: object };
type OnOrder = { order_id: string; key: string };

const part = encodeURIComponent;
const kp = '/payments/v1';
const hpp = '/hpp/v1/sessions';
const om = (order_id: string) => `/ordermanagement/v1/orders/${part(order_id)}`;
const tokens = (token: string) => `/customer-token/v1/tokens/${part(token)}`;

/** One function per endpoint of Klarna's. */
export function endpoints(connection: Connection) {
  const get = (operation: string, path: string) =>
    call(connection, { operation, method: 'GET', path, repeatable: true });
  const post = (operation: string, request: Omit<KlarnaRequest, 'operation' | 'method'>) =>
    call(connection, { operation, method: 'POST', ...request });
  /** A write on an order or a token: Klarna recognises a repeat by its key. */
  const write = (operation: string, request: Omit<KlarnaRequest, 'operation' | 'method' | 'repeatable'>) =>
    post(operation, { ...request, repeatable: true });

  return {
    /** The URL under which the hosted payment page finds a session of Klarna Payments. */
    paymentSessionUrl: (session_id: string) => `${connection.base}${kp}/sessions/${part(session_id)}`,

    createPaymentSession: async (body: object) => {
      const answer = await post('createPaymentSession', { path: `${kp}/sessions`, body, repeatable: true });
      return read('createPaymentSession', answers.paymentSessionMade, answer);
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
      read('readHostedSession', hostedSession, await get('readHostedSession', `${hpp}/${part(session_id)}`)),
    disableHostedSession: async (session_id: string) => {
      const path = `${hpp}/${part(session_id)}`;
      await call(connection, { operation: 'disableHostedSession', method: 'DELETE', path, repeatable: true });
    },

    /** One token makes one order: a repeat gets the same answer (Klarna, "Place order"). */
    placeOrder: async ({ token, body }: ByToken) => {
      const path = `${kp}/authorizations/${part(token)}/order`;
      return read('placeOrder', answers.orderMade, await post('placeOrder', { path, body, repeatable: true }));
    },
    /** Klarna does not document that two requests make one token, so this is sent once. */
    createCustomerToken: async ({ token, body }: ByToken) => {
      const path = `${kp}/authorizations/${part(token)}/customer-token`;
      const answer = await post('createCustomerToken', { path, body, repeatable: false });
      return read('createCustomerToken', answers.customerTokenMade, answer);
    },

    readCustomerToken: async (token: string) =>
      read('readCustomerToken', answers.customerToken, await get('readCustomerToken', tokens(token))),
    chargeCustomerToken: async ({ token, body, key }: ByToken & { key: string }) => {
      const answer = await write('chargeCustomerToken', { path: `${tokens(token)}/order`, body, key });
      return read('chargeCustomerToken', answers.orderMade, answer);
    },
    cancelCustomerToken: async ({ token, key }: { token: string; key: string }) => {
      const request = { path: `${tokens(token)}/status`, body: { status: 'CANCELLED' }, key };
      return correlationOf(
        await call(connection, { operation: 'cancelCustomerToken', method: 'PATCH', repeatable: true, ...request }),
      );
    },

    readOrder: async (order_id: string) => read('readOrder', answers.klarnaOrder, await get('readOrder', om(order_id))),
    capture: async ({ order_id, key, body }: OnOrder & { body: object }) => {
      const answer = await write('capture', { path: `${om(order_id)}/captures`, body, key });
      return { capture_id: createdId('capture', answer, 'capture-id'), ...correlationOf(answer) };
    },
    refund: async ({ order_id, key, body }: OnOrder & { body: object }) => {
      const answer = await write('refund', { path: `${om(order_id)}/refunds`, body, key });
      return { refund_id: createdId('refund', answer, 'refund-id'), ...correlationOf(answer) };
    },
    cancelOrder: async ({ order_id, key }: OnOrder) =>
      correlationOf(await write('cancelOrder', { path: `${om(order_id)}/cancel`, key })),
    releaseRemaining: async ({ order_id, key }: OnOrder) =>
      correlationOf(await write('releaseRemaining', { path: `${om(order_id)}/release-remaining-authorization`, key })),
    extendAuthorization: async ({ order_id, key }: OnOrder) =>
      correlationOf(await write('extendAuthorization', { path: `${om(order_id)}/extend-authorization-time`, key })),
    extendDueDate: async ({ order_id, key, capture_id, body }: OnOrder & { capture_id: string; body: object }) => {
      const path = `${om(order_id)}/captures/${part(capture_id)}/extend-due-date`;
      return correlationOf(
        await call(connection, { operation: 'extendDueDate', method: 'PATCH', path, body, key, repeatable: true }),
      );
    },
  };
}

/**
 * @throws KlarnaError of kind `unavailable`: a success without the id of what it made is worth no more than no answer
 */
function read<Schema extends z.ZodMiniType<object>>(
  operation: string,
  schema: Schema,
  answer: KlarnaResponse,
): z.infer<Schema> & Correlation {
  const parsed = z.safeParse(schema, answer.body);
  if (parsed.success) return { ...parsed.data, ...correlationOf(answer) };
  throw new KlarnaError({ operation, kind: 'unavailable', status: answer.status });
}

type Correlation = { correlation_id?: string };

/** Klarna's id of the request, which its support asks for. */
function correlationOf({ headers }: KlarnaResponse): Correlation {
  const correlation_id = correlationIdOf(headers);
  return correlation_id === undefined ? {} : { correlation_id };
}

/** The id of a capture or refund: a header, or else the end of `Location`. */
function createdId(operation: string, { status, headers }: KlarnaResponse, header: string): string {
  const id = headers.get(header) ?? headers.get('location')?.split('/').at(-1);
  if (id) return id;
  throw new KlarnaError({ operation, kind: 'unavailable', status });
}
