import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { badValue, KlarnaProblem, notFound } from '../../problem.ts';
import { type EmulatedHostedSession, type EmulatorState, hours, isPast } from '../../state.ts';
import type { ApiOperation } from '../api-call.ts';
import { checkBody } from '../body-check.ts';
import { openPaymentSession } from '../payments/payment-sessions.ts';
import { merchantUrl } from '../payments/purchase-bodies.ts';
import { hostedDocument } from './hosted-document.ts';

const category = z.enum(['DIRECT_DEBIT', 'DIRECT_BANK_TRANSFER', 'PAY_NOW', 'PAY_LATER', 'PAY_OVER_TIME', 'KLARNA']);

const hostedBody = z.looseObject({
  payment_session_url: z.string().regex(/\/payments\/v1\/sessions\/[^/]+$/),
  merchant_urls: z.record(z.string(), merchantUrl).default({}),
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

/** POST /hpp/v1/sessions. The hosted session expires one hour before its payment session. */
export const createHppSession: ApiOperation = ({ state, page, body }) => {
  const { payment_session_url, merchant_urls, options } = checkBody(hostedBody, body);
  if (merchant_urls.back && merchant_urls.cancel) throw badValue('merchant_urls.back');
  if (options.payment_method_category && options.payment_method_categories)
    throw badValue('options.payment_method_categories');
  const paymentSession = openPaymentSession(state, payment_session_url.split('/').at(-1) ?? '');
  const session_id = randomUUID();
  const expires_at = new Date(Date.parse(paymentSession.expires_at) - hours).toISOString();
  state.hosted.set(session_id, {
    session_id,
    paymentSession: paymentSession.session_id,
    merchant_urls,
    place_order_mode: options.place_order_mode,
    status: 'WAITING',
    updated_at: state.now().toISOString(),
    expires_at,
  });
  const session_url = `${page}/hpp/v1/sessions/${session_id}`;
  return {
    status: 201,
    body: {
      session_id,
      session_url,
      redirect_url: `${page}/shopper/${session_id}`,
      expires_at,
      qr_code_url: `${session_url}/qr`,
      distribution_url: `${session_url}/distribution`,
      manual_identification_check_url: `${session_url}/manual-id-check`,
    },
  };
};

const distribution = z.looseObject({
  contact_information: z.looseObject({}),
  method: z.enum(['sms', 'email', 'token']),
});

/** POST /hpp/v1/sessions/{session_id}/distribution; sends nothing. */
export const distributeHppSession: ApiOperation = ({ state, id, body }) => {
  hostedSessionById(state, id);
  checkBody(distribution, body);
  return { status: 204 };
};

/** GET /hpp/v1/sessions/{session_id} */
export const getSessionById: ApiOperation = ({ state, id }) => ({
  status: 200,
  body: hostedDocument(hostedSessionById(state, id)),
});

/** DELETE /hpp/v1/sessions/{session_id} */
export const disableHppSession: ApiOperation = ({ state, callbacks, id }) => {
  const session = hostedSessionById(state, id);
  if (session.status === 'COMPLETED' || session.status === 'CANCELLED')
    throw new KlarnaProblem(400, 'BAD_REQUEST', 'The session is already completed');
  if (session.status === 'DISABLED') return { status: 204 };
  session.status = 'DISABLED';
  session.updated_at = state.now().toISOString();
  callbacks.statusUpdate(session);
  return { status: 204 };
};

function hostedSessionById(state: EmulatorState, id: string): EmulatedHostedSession {
  const session = state.hosted.get(id);
  if (!session || isPast(state, session.expires_at)) throw notFound('payment session');
  return session;
}

/** The hosted session in which a shopper granted this authorization token or customer token. */
export function sessionOfToken({ authorizations, hosted }: EmulatorState, token: string): string | undefined {
  const granted = [...authorizations.values()].find((each) => each.token === token || each.customerToken === token);
  return [...hosted.values()].find(({ paymentSession }) => paymentSession === granted?.paymentSession)?.session_id;
}
