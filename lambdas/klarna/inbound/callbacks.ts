import type { ReadTarget, Report } from '../../payment/report.ts';
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Facts } from '../../payment/facts.ts';

import { id, parse, reference, time, token, word } from '../../encoding/json.ts';
import type { CallbackKind } from './callback-url.ts';
import { authorizationGranted, isRiskWord, sessionMeaning } from './statuses.ts';

/** What one callback told. `token` is still in the clear: seal it into the report's facts, then forget it. */
export type Reading = {
  report: Report;
  token?: string | undefined;
  /** Klarna's own number of the event; only `status_update` has one. */
  eventId?: string | undefined;
  understood: 'read' | 'empty' | 'unreadable' | 'unknown_word';
};

/** A proven callback: its raw body, its query and the time we took it (ISO 8601). */
export type Callback = { kind: CallbackKind; body: Uint8Array; query: Record<string, string>; observedAt: string };

/**
 * Reads a proven callback; never throws and never drops one. What cannot be read, or may not be believed, becomes a
 * telling that asks to look at Klarna's session or order. Unknown fields are ignored, personal data is not picked up.
 */
export function readCallback(callback: Callback): Reading {
  if (callback.kind === 'push') return push(callback);
  const body = parse(callback.body);
  if (typeof body === 'string') return lookOnly(callback, { understood: body });
  const read = { status_update: statusUpdate, authorization, notification }[callback.kind];
  return read(callback, body) ?? lookOnly(callback, { understood: 'unreadable' });
}

const statusUpdateBody = z.object({
  event_id: id,
  session: z.object({
    session_id: id,
    status: word,
    updated_at: time,
    expires_at: time,
    authorization_token: token,
    order_id: id,
    klarna_reference: id,
  }),
});

/** Klarna, "Status callbacks" of the hosted payment page. */
function statusUpdate(callback: Callback, body: object): Reading | undefined {
  const parsed = statusUpdateBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { event_id, session } = parsed.data;
  const { session_id: hpp_session_id, status, updated_at: at, expires_at, order_id, klarna_reference } = session;
  const facts = { hpp_session_id, expires_at, order_id, klarna_reference };
  const rest = { token: session.authorization_token, eventId: event_id };
  if (!status || !at) return { ...rest, ...lookOnly(callback, { understood: 'unreadable', facts }) };
  const { meaning, known } = sessionMeaning(status);
  const told = [event_id, hpp_session_id, status, at, rest.token, order_id, klarna_reference, expires_at];
  const report: Report = {
    ...telling(callback, told, facts),
    at,
    word: status,
    statement: { pspStatus: status, meaning, about: 'session' },
    readRequest: lookAfter({ known, completed: status === 'COMPLETED', order_id, token: rest.token }),
  };
  return { ...rest, report, understood: known ? 'read' : 'unknown_word' };
}

type Told = { known: boolean; completed: boolean; order_id?: string | undefined; token?: string | undefined };

/** An order that Klarna placed is read at once; a word we do not know, or a completion that names nothing, sends us to the session. */
function lookAfter({ known, completed, order_id, token }: Told): ReadTarget | undefined {
  if (completed && order_id) return 'order';
  return !known || (completed && !token) ? 'session' : undefined;
}

const authorizationBody = z.object({
  authorization_token: token,
  session_id: id,
  merchant_reference1: reference,
  merchant_reference2: reference,
});

/** Klarna, "Authorization callback" of Klarna Payments; it names neither event nor time: the token itself is the event. */
function authorization(callback: Callback, body: object): Reading | undefined {
  const parsed = authorizationBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { authorization_token: token, session_id: kp_session_id, ...references } = parsed.data;
  const named = references.merchant_reference1 ?? references.merchant_reference2;
  const facts: Facts = { kp_session_id, ...(named && { merchant: { ...references, at: callback.observedAt } }) };
  if (!token) return lookOnly(callback, { understood: 'unreadable', facts });
  const report: Report = {
    ...telling(callback, [token, kp_session_id], facts),
    word: 'authorization',
    statement: { pspStatus: 'COMPLETED', meaning: authorizationGranted, about: 'stage' },
    readRequest: 'session',
  };
  return { report, token, understood: 'read' };
}

const notificationBody = z.object({ order_id: id, event_type: word });

/** Klarna, "Pending orders": the event is a hintedOrderId, the order's `fraud_status` is read before anything changes. */
function notification(callback: Callback, body: object): Reading | undefined {
  const parsed = notificationBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { order_id: hintedOrderId, event_type } = parsed.data;
  if (!event_type) return lookOnly(callback, { understood: 'unreadable', hintedOrderId });
  const report: Report = { ...telling(callback, [hintedOrderId, event_type], {}), word: event_type, readRequest: 'order', hintedOrderId };
  return { report, understood: isRiskWord(event_type) ? 'read' : 'unknown_word' };
}

/** Klarna, `merchant_urls.push`: the body is empty, the order id stands in the query that we minted. */
function push(callback: Callback): Reading {
  const hintedOrderId = id.parse(callback.query.order);
  if (!hintedOrderId) return lookOnly(callback, { understood: 'empty' });
  return { report: { ...telling(callback, [hintedOrderId], {}), readRequest: 'order', hintedOrderId }, understood: 'read' };
}

type Little = { understood: 'empty' | 'unreadable'; facts?: Facts; hintedOrderId?: string | undefined };

/** Somebody with our secret told nothing that we could read: each such call is a telling of its own. */
function lookOnly(callback: Callback, { understood, facts = {}, hintedOrderId }: Little): Reading {
  const { kind, body, observedAt } = callback;
  const readRequest = kind === 'status_update' || kind === 'authorization' ? 'session' : 'order';
  const told = [understood, observedAt, Buffer.from(body).toString('base64')];
  return { report: { ...telling(callback, told, facts), readRequest, hintedOrderId }, understood };
}

const telling = ({ kind, observedAt }: Callback, told: (string | undefined)[], facts: Facts): Report => ({
  id: createHash('sha256')
    .update(JSON.stringify([kind, ...told]))
    .digest('base64url')
    .slice(0, 22),
  source: kind,
  verifiedBy: 'url_secret',
  at: observedAt,
  observedAt,
  facts,
});
