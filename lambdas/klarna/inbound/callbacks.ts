import * as z from 'zod/mini';
import { id, parseJson, reference, shortHash, token, word } from '../../json.ts';
import { type Facts, klarnaReference } from '../../payment/facts.ts';
import type { ReadTarget, Report } from '../../payment/report.ts';
import { hostedSession } from '../client/hosted-session.ts';
import type { CallbackKind } from './callback-url.ts';
import { authorizationGranted, isRiskStop, isRiskWord, sessionMeaning } from './statuses.ts';

/** A callback as a report. `token` is still in the clear: seal it into the report's facts, then discard it. */
export type Reading = {
  report: Report;
  token?: string | undefined;
  /** Klarna's own number of the event; only `status_update` has one. */
  eventId?: string | undefined;
  understood: 'read' | 'empty' | 'unreadable' | 'unknown_word';
};

/** A callback whose URL is proved: its raw body, its query and the time we received it. */
export type Callback = { kind: CallbackKind; body: Uint8Array; query: Record<string, string>; observedAt: string };

/**
 * Reads a proved callback. It never throws and never drops one: a body that cannot be read or must not be believed
 * becomes a report that requests a read of Klarna's session or order. Unknown fields are ignored, personal data is not
 * picked up.
 */
export function readCallback(callback: Callback): Reading {
  if (callback.kind === 'push') return push(callback);
  const body = parseJson(callback.body);
  if (typeof body === 'string') return readOnly(callback, { understood: body });
  const read = { status_update: statusUpdate, authorization, notification }[callback.kind];
  return read(callback, body) ?? readOnly(callback, { understood: 'unreadable' });
}

const statusUpdateBody = z.object({ event_id: id, session: hostedSession });

/** Klarna, "Status callbacks" of the hosted payment page. */
function statusUpdate(callback: Callback, body: object): Reading | undefined {
  const parsed = statusUpdateBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { event_id, session } = parsed.data;
  const { session_id: hpp_session_id, status, updated_at: at, expires_at, order_id, klarna_reference } = session;
  const shownAt = at ?? callback.observedAt;
  const facts = { hpp_session_id, expires_at, order_id, ...klarnaReference(klarna_reference, shownAt) };
  const rest = { token: session.authorization_token, eventId: event_id };
  if (!status || !at) return { ...rest, ...readOnly(callback, { understood: 'unreadable', facts }) };
  const { meaning, known } = sessionMeaning(status);
  const content = [event_id, hpp_session_id, status, at, rest.token, order_id, klarna_reference, expires_at];
  const report: Report = {
    ...reportOf(callback, content, facts),
    at,
    word: status,
    statement: { pspStatus: status, meaning, about: 'session' },
    readRequest: readAfter({ known, completed: status === 'COMPLETED', order_id, token: rest.token }),
  };
  return { ...rest, report, understood: known ? 'read' : 'unknown_word' };
}

type Update = { known: boolean; completed: boolean; order_id?: string | undefined; token?: string | undefined };

/**
 * An order that Klarna placed is read at once. An unknown word, or a completion without order or token, requests the
 * session.
 */
function readAfter({ known, completed, order_id, token }: Update): ReadTarget | undefined {
  if (completed && order_id) return 'order';
  return !known || (completed && !token) ? 'session' : undefined;
}

const authorizationBody = z.object({
  authorization_token: token,
  session_id: id,
  merchant_reference1: reference,
  merchant_reference2: reference,
});

/**
 * Klarna, "Authorization callback" of Klarna Payments. It has neither an event number nor a time: the token identifies
 * the event.
 */
function authorization(callback: Callback, body: object): Reading | undefined {
  const parsed = authorizationBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { authorization_token: token, session_id: kp_session_id, ...references } = parsed.data;
  const hasReference = references.merchant_reference1 ?? references.merchant_reference2;
  const facts: Facts = { kp_session_id, ...(hasReference && { merchant: { ...references, at: callback.observedAt } }) };
  if (!token) return readOnly(callback, { understood: 'unreadable', facts });
  const report: Report = {
    ...reportOf(callback, [token, kp_session_id], facts),
    word: 'authorization',
    statement: { pspStatus: 'COMPLETED', meaning: authorizationGranted, about: 'stage' },
    readRequest: 'session',
  };
  return { report, token, understood: 'read' };
}

const notificationBody = z.object({ order_id: id, event_type: word });

/** Klarna, "Pending orders". The event is a hint: the order's `fraud_status` is read before anything changes. */
function notification(callback: Callback, body: object): Reading | undefined {
  const parsed = notificationBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { order_id, event_type } = parsed.data;
  if (!event_type) return readOnly(callback, { understood: 'unreadable', hintedOrderId: order_id });
  const report: Report = {
    ...orderHint(callback, [order_id, event_type], order_id),
    word: event_type,
    ...(isRiskStop(event_type) && { riskStop: true }),
  };
  return { report, understood: isRiskWord(event_type) ? 'read' : 'unknown_word' };
}

/** Klarna, `merchant_urls.push`. The body is empty; the order id is in the query that we minted. */
function push(callback: Callback): Reading {
  const order_id = id.parse(callback.query.order);
  if (!order_id) return readOnly(callback, { understood: 'empty' });
  return { report: orderHint(callback, [order_id], order_id), understood: 'read' };
}

const orderHint = (callback: Callback, content: (string | undefined)[], hintedOrderId?: string): Report => ({
  ...reportOf(callback, content, {}),
  readRequest: 'order',
  hintedOrderId,
});

type Rest = { understood: 'empty' | 'unreadable'; facts?: Facts; hintedOrderId?: string | undefined };

/** A caller with our secret sent a body that we could not read: each such callback is a report of its own. */
function readOnly(callback: Callback, { understood, facts = {}, hintedOrderId }: Rest): Reading {
  const { kind, body, observedAt } = callback;
  const readRequest = kind === 'status_update' || kind === 'authorization' ? 'session' : 'order';
  const content = [understood, observedAt, Buffer.from(body).toString('base64')];
  return { report: { ...reportOf(callback, content, facts), readRequest, hintedOrderId }, understood };
}

const reportOf = ({ kind, observedAt }: Callback, content: (string | undefined)[], facts: Facts): Report => ({
  id: shortHash([kind, ...content]),
  source: kind,
  verifiedBy: 'url_secret',
  at: observedAt,
  observedAt,
  facts,
});
