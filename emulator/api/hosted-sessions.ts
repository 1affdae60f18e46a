import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { checked, url } from './checks.ts';
import { badValue, KlarnaProblem, notFound } from '../problem.ts';
import { liveSession } from './payment-sessions.ts';
import { type Answer, type HostedSession, hours, isOver, type State } from '../state.ts';

const category = z.enum(['DIRECT_DEBIT', 'DIRECT_BANK_TRANSFER', 'PAY_NOW', 'PAY_LATER', 'PAY_OVER_TIME', 'KLARNA']);

const hostedBody = z.looseObject({
  payment_session_url: z.string().regex(/\/payments\/v1\/sessions\/[^/]+$/),
  merchant_urls: z.record(z.string(), url).default({}),
  options: z
    .looseObject({
      place_order_mode: z.enum(['NONE', 'PLACE_ORDER', 'CAPTURE_ORDER']).default('NONE'),
      payment_method_category: category.optional(),
      payment_method_categories: z.array(category).optional(),
      purchase_type: z.enum(['BUY', 'RENT', 'BOOK', 'SUBSCRIBE', 'DOWNLOAD', 'ORDER', 'CONTINUE']).optional(),
      show_subtotal_detail: z.enum(['HIDE']).optional(),
    })
    .default({ place_order_mode: 'NONE' }),
});

/** POST /hpp/v1/sessions; usable until one hour before the payment session's end. `page` is where this Klarna shows its pages. */
export function createHosted(state: State, page: string, given: unknown): Answer {
  const { payment_session_url, merchant_urls, options } = checked(hostedBody, given);
  if (merchant_urls.back && merchant_urls.cancel) throw badValue('merchant_urls.back');
  if (options.payment_method_category && options.payment_method_categories)
    throw badValue('options.payment_method_categories');
  const paymentSession = payment_session_url.split('/').at(-1) ?? '';
  const { expires_at: ends } = liveSession(state, paymentSession);
  const session_id = randomUUID();
  const expires_at = new Date(Date.parse(ends) - hours).toISOString();
  const { place_order_mode } = options;
  const now = state.now().toISOString();
  state.hosted.set(session_id, {
    session_id,
    paymentSession,
    merchant_urls,
    place_order_mode,
    status: 'WAITING',
    updated_at: now,
    expires_at,
  });
  const session_url = `${page}/hpp/v1/sessions/${session_id}`;
  const redirect_url = `${page}/shopper/${session_id}`;
  const more = {
    qr_code_url: `${session_url}/qr`,
    distribution_url: `${session_url}/distribution`,
    manual_identification_check_url: `${session_url}/manual-id-check`,
  };
  return { status: 201, body: { session_id, session_url, redirect_url, expires_at, ...more } };
}

const distribution = z.looseObject({
  contact_information: z.looseObject({}),
  method: z.enum(['sms', 'email', 'token']),
});

/** POST /hpp/v1/sessions/{session_id}/distribution: nobody is written to. */
export function distribute(state: State, id: string, given: unknown): Answer {
  knownHosted(state, id);
  checked(distribution, given);
  return { status: 204 };
}

/** GET /hpp/v1/sessions/{session_id} */
export const readHosted = (state: State, id: string): Answer => ({
  status: 200,
  body: hostedDocument(knownHosted(state, id)),
});

/** DELETE /hpp/v1/sessions/{session_id}; gives the session when it has changed. */
export function disableHosted(state: State, id: string): HostedSession | undefined {
  const session = knownHosted(state, id);
  if (session.status === 'COMPLETED' || session.status === 'CANCELLED')
    throw new KlarnaProblem(400, 'BAD_REQUEST', 'The session is already completed');
  if (session.status === 'DISABLED') return undefined;
  session.status = 'DISABLED';
  session.updated_at = state.now().toISOString();
  return session;
}

export function knownHosted(state: State, id: string): HostedSession {
  const session = state.hosted.get(id);
  if (!session || isOver(state, session.expires_at)) throw notFound('payment session');
  return session;
}

/** The hosted session whose shopper granted this: an authorization token, or the customer token that was made with it. */
export function grantedIn({ authorizations, hosted }: State, token: string): string | undefined {
  const granted = [...authorizations.values()].find((each) => each.token === token || each.customerToken === token);
  return [...hosted.values()].find(({ paymentSession }) => paymentSession === granted?.paymentSession)?.session_id;
}

/** The same document in an answer and in a callback. Once completed it may hold the shopper's identity, as Klarna's does. */
export function hostedDocument({ paymentSession, merchant_urls, place_order_mode, ...session }: HostedSession): object {
  const identity = {
    date_of_birth: '1987-08-15',
    given_name: 'Testperson',
    family_name: 'Approved',
    national_identification_number: '19870815-8493',
    title: 'Mr',
  };
  return { ...session, ...(session.status === 'COMPLETED' && { customer: identity }) };
}
