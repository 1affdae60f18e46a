import * as z from 'zod/mini';
import * as answers from './answers.ts';
import { call } from './call.ts';
import type { Connection, KlarnaRequest, KlarnaResponse } from './connection.ts';
import { correlationIdOf } from './failures.ts';
import { hostedSession } from './hosted-session.ts';

type ByToken = { token: string; body: object };
type OnOrder = { order_id: string; key: string };

const part = encodeURIComponent;
const kp = '/payments/v1';
const hpp = '/hpp/v1/sessions';
const om = (order_id: string) => `/ordermanagement/v1/orders/${part(order_id)}`;
const tokens = (token: string) => `/customer-token/v1/tokens/${part(token)}`;

/** One function per endpoint of Klarna's. */
export function endpoints(connection: Connection) {
  const get = <Schema extends z.ZodMiniType<object>>(
    operation: string,
    { schema, ...request }: Pick<KlarnaRequest, 'path' | 'hasBareNotFound'> & { schema: Schema },
  ) => ask(connection, { operation, method: 'GET', repeatable: true, ...request }, schema);
  const post = <Schema extends z.ZodMiniType<object>>(
    operation: string,
    { schema, ...request }: Omit<Request, 'operation' | 'method'> & { schema: Schema },
  ) => ask(connection, { operation, method: 'POST', ...request }, schema);
  /** A write on an order or a token: Klarna recognises a repeat by its key. */
  const write = (operation: string, request: Omit<Request, 'operation' | 'method' | 'repeatable'>) =>
    send(connection, { operation, method: 'POST', repeatable: true, ...request });
  const change = (operation: string, request: Omit<Request, 'operation' | 'method' | 'repeatable'>) =>
    send(connection, { operation, method: 'PATCH', repeatable: true, ...request });

  return {
    /** The URL under which the hosted payment page finds a session of Klarna Payments. */
    paymentSessionUrl: (session_id: string) => `${connection.base}${kp}/sessions/${part(session_id)}`,

    createPaymentSession: (body: object) =>
      post('createPaymentSession', {
        path: `${kp}/sessions`,
        body,
        repeatable: true,
        schema: answers.paymentSessionMade,
      }),
    readPaymentSession: (session_id: string) =>
      get('readPaymentSession', {
        path: `${kp}/sessions/${part(session_id)}`,
        hasBareNotFound: true,
        schema: answers.paymentSession,
      }),
    createHostedSession: (body: object) =>
      post('createHostedSession', { path: hpp, body, repeatable: true, schema: answers.hostedSessionMade }),
    readHostedSession: (session_id: string) =>
      get('readHostedSession', {
        path: `${hpp}/${part(session_id)}`,
        hasBareNotFound: true,
        schema: hostedSession.check(z.refine((session) => session.session_id === session_id)),
      }),
    disableHostedSession: async (session_id: string) => {
      const path = `${hpp}/${part(session_id)}`;
      await send(connection, { operation: 'disableHostedSession', method: 'DELETE', path, repeatable: true });
    },

    /** One token makes one order: a repeat gets the same answer (Klarna, "Place order"). */
    placeOrder: ({ token, body }: ByToken) => {
      const path = `${kp}/authorizations/${part(token)}/order`;
      return post('placeOrder', { path, body, repeatable: true, schema: answers.orderMade });
    },
    /** Klarna does not document that two requests make one token, so this is sent once. */
    createCustomerToken: ({ token, body }: ByToken) => {
      const path = `${kp}/authorizations/${part(token)}/customer-token`;
      return post('createCustomerToken', { path, body, repeatable: false, schema: answers.customerTokenMade });
    },

    readCustomerToken: (token: string) =>
      get('readCustomerToken', { path: tokens(token), schema: answers.customerToken }),
    chargeCustomerToken: ({ token, body, key }: ByToken & { key: string }) => {
      const path = `${tokens(token)}/order`;
      return post('chargeCustomerToken', { path, body, key, repeatable: true, schema: answers.orderMade });
    },
    cancelCustomerToken: ({ token, key }: { token: string; key: string }) =>
      change('cancelCustomerToken', { path: `${tokens(token)}/status`, body: { status: 'CANCELLED' }, key }),

    readOrder: (order_id: string) => get('readOrder', { path: om(order_id), schema: answers.klarnaOrder(order_id) }),
    capture: async ({ order_id, key, body }: OnOrder & { body: object }) => {
      const { id, ...rest } = await make(connection, 'capture', { path: `${om(order_id)}/captures`, key, body });
      return { capture_id: id, ...rest };
    },
    refund: async ({ order_id, key, body }: OnOrder & { body: object }) => {
      const { id, ...rest } = await make(connection, 'refund', { path: `${om(order_id)}/refunds`, key, body });
      return { refund_id: id, ...rest };
    },
    cancelOrder: ({ order_id, key }: OnOrder) => write('cancelOrder', { path: `${om(order_id)}/cancel`, key }),
    releaseRemaining: ({ order_id, key }: OnOrder) =>
      write('releaseRemaining', { path: `${om(order_id)}/release-remaining-authorization`, key }),
    extendAuthorization: ({ order_id, key }: OnOrder) =>
      write('extendAuthorization', { path: `${om(order_id)}/extend-authorization-time`, key }),
    extendDueDate: ({ order_id, key, capture_id, body }: OnOrder & { capture_id: string; body: object }) => {
      const path = `${om(order_id)}/captures/${part(capture_id)}/extend-due-date`;
      return change('extendDueDate', { path, body, key });
    },
  };
}

type Request = Omit<KlarnaRequest, 'accepts'>;

/** A request whose answer has a body. @throws KlarnaError */
async function ask<Schema extends z.ZodMiniType<object>>(
  connection: Connection,
  request: Request,
  schema: Schema,
): Promise<z.infer<Schema> & Correlation> {
  const accepts = ({ body }: KlarnaResponse) => z.safeParse(schema, body).success;
  const response = await call(connection, { ...request, accepts });
  return { ...z.parse(schema, response.body), ...correlationOf(response) };
}

/** A write whose success has no body (Klarna's contracts: 202 or 204). @throws KlarnaError */
const send = async (connection: Connection, request: Request): Promise<Correlation> =>
  correlationOf(await call(connection, { ...request, accepts: ({ isEmpty }) => isEmpty }));

/** A write that makes a capture or a refund, whose id is in a header. @throws KlarnaError */
async function make(
  connection: Connection,
  operation: 'capture' | 'refund',
  request: Pick<Request, 'path' | 'key' | 'body'>,
): Promise<{ id: string } & Correlation> {
  const idIn = ({ headers }: KlarnaResponse) => createdId(headers, operation);
  const accepts = (response: KlarnaResponse) => idIn(response) !== undefined;
  const response = await call(connection, { operation, method: 'POST', repeatable: true, ...request, accepts });
  return { id: idIn(response) ?? '', ...correlationOf(response) };
}

type Correlation = { correlation_id?: string };

/** Klarna's id of the request, which its support asks for. */
function correlationOf({ headers }: KlarnaResponse): Correlation {
  const correlation_id = correlationIdOf(headers);
  return correlation_id === undefined ? {} : { correlation_id };
}

/** The id of a capture or refund: a header, or else the end of `Location`. */
const createdId = (headers: Headers, operation: 'capture' | 'refund'): string | undefined =>
  headers.get(`${operation}-id`) ?? headers.get('location')?.match(`/${operation}s/([^/?#]+)$`)?.[1];
