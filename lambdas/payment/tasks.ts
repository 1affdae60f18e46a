import { warnings } from './attention.ts';
import { tokenLife, usable } from './facts.ts';
import type { Asked, Look, Payment } from './payment.ts';

/** What the house owes a payment next, and from when on. Times: ISO 8601, UTC, milliseconds. */
export type Duty = { at: string } & (
  | { does: 'read session' | 'read order' | 'create customer token' | 'place order' | 'give up session' }
  | { does: 'finish operation'; operation: string }
  | { does: 'forget token'; fingerprint: string }
  | { does: 'warn' | 'confirm changes' }
);

const minutes = 60_000;
const hours = 60 * minutes;

/** How long a request, or a run of duty, may still be at work on an operation before it is taken up: an HTTP API waits 30 s. */
const grace = 1.5 * minutes;

/**
 * What is owed to this payment next; undefined when nothing is. Two things are ours alone, and do not wait for Klarna: a warning,
 * and a look whether the bus has taken what changed.
 */
export function duty(payment: Payment): Duty | undefined {
  const asking = owedToKlarna(payment);
  return earliest([...(asking ? [asking] : []), ...warningDuties(payment), ...confirmingDuties(payment)]);
}

/**
 * What has to be asked of Klarna, or forgotten, next. The clocks: sessions are read about 2, 10 and 30 minutes after they were made,
 * then hourly, and once after their end; a pending order every half hour for 25 hours, then daily; an order that may still be
 * captured once after it has expired. What somebody told us to look at is due at once. Setbacks put all of it off.
 */
export function owedToKlarna(payment: Payment): Duty | undefined {
  const owed = [...operationDuties(payment), ...lookDuties(payment), ...tokenDuties(payment), ...clockDuties(payment)];
  const first = earliest(owed);
  return first && { ...first, at: later(first.at, payment.setbacks?.until ?? first.at) };
}

const earliest = (owed: Duty[]): Duty | undefined =>
  owed.reduce<Duty | undefined>((first, each) => (first && first.at <= each.at ? first : each), undefined);

const warningDuties = (payment: Payment): Duty[] => warnings(payment).map(({ at }) => ({ does: 'warn', at }));

/** Long enough for the stream to have published a change, and for a burst of changes to be over. */
const publishingTime = hours;

function confirmingDuties({ changes, confirmed }: Payment): Duty[] {
  const waiting = changes[confirmed?.sequence ?? 0];
  if (!waiting) return [];
  return [
    { does: 'confirm changes', at: after(later(waiting.observedAt, confirmed?.at ?? openingOfTime), publishingTime) },
  ];
}

const openingOfTime = new Date(0).toISOString();

const later = (a: string, b: string) => new Date(Math.max(Date.parse(a), Date.parse(b))).toISOString();
const earlier = (a: string, b: string) => new Date(Math.min(Date.parse(a), Date.parse(b))).toISOString();
const after = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();

/** A request that died left its operation without an answer. A session is made again only by its caller, who has the request. */
const operationDuties = ({ operations }: Payment): Duty[] =>
  operations
    .filter(({ kind, result }) => !result && kind !== 'session')
    .map(({ id, askedAt, takenUpAt = askedAt }) => ({
      does: 'finish operation',
      operation: id,
      at: after(takenUpAt, grace),
    }));

/** When somebody last told us to look at it, where we have not since. */
export const toldToLook = ({ looks, reads }: Payment, look: Look): string | undefined =>
  looks[look] && looks[look] >= (reads[look] ?? '') ? looks[look] : undefined;

function lookDuties(payment: Payment): Duty[] {
  const { facts, hinted } = payment;
  const [session, order] = [toldToLook(payment, 'session'), toldToLook(payment, 'order')];
  return [
    ...(order && (facts.order_id || hinted) ? [{ does: 'read order', at: order } as const] : []),
    ...(session && facts.hpp_session_id ? [{ does: 'read session', at: session } as const] : []),
  ];
}

/** The customer token comes before the order, which uses the authorization up; only one thing is done with it at a time. */
function tokenDuties({ asked, facts, operations, stage }: Payment): Duty[] {
  const token = usable(facts);
  if (!token) return [];
  const forget: Duty = { does: 'forget token', fingerprint: token.fingerprint, at: after(token.at, tokenLife) };
  const spending = operations.filter(({ kind }) => kind === 'order' || kind === 'customer_token');
  if (!asked || stage !== 'authorized' || spending.some(({ result }) => !result)) return [forget];
  if (tokenises(asked.flow) && !spending.some(({ kind }) => kind === 'customer_token'))
    return [{ does: 'create customer token', at: token.at }];
  const tried = spending.some(({ kind, fingerprint }) => kind === 'order' && fingerprint === token.fingerprint);
  return placesOrder(asked.flow) && !tried ? [{ does: 'place order', at: token.at }] : [forget];
}

const tokenises = (flow: Asked['flow']) => flow === 'tokenize' || flow === 'buy_and_tokenize';

/** Klarna itself places the orders of the other flows. A charge has a session only where it failed and the shopper repairs it. */
const placesOrder = (flow: Asked['flow']) => flow === 'buy_and_tokenize' || flow === 'charge';

/** A session of Klarna Payments lives 48 hours (Klarna, "Initiate a payment"), the hosted one an hour less. */
const sessionLife = 48 * hours;

const clockDuties = (payment: Payment): Duty[] => [...sessionClock(payment), ...orderClock(payment)];

function sessionClock(payment: Payment): Duty[] {
  const { facts, reads, openedAt } = payment;
  if (!isOpen(payment)) return [];
  const closing = after(facts.expires_at ?? after(openedAt, sessionLife), minutes);
  if (!facts.hpp_session_id) return isHalfMade(payment) ? [{ does: 'give up session', at: closing }] : [];
  const last = reads.session ?? openedAt;
  if (last > after(closing, facts.order_id ? 0 : 24 * hours)) return [];
  const next = nextRead(openedAt, last);
  return [{ does: 'read session', at: last < closing ? earlier(next, closing) : next }];
}

/**
 * The shopper may still decide, or has decided and the order that must come of it is not known yet. An order that was heard of
 * first, by a push, leaves the session's own last word to be read.
 */
function isOpen({ asked, facts, session, stage }: Payment): boolean {
  if (facts.order_id) return facts.hpp_session_id !== undefined && !session?.final;
  if (stage !== 'created' && stage !== 'in_progress' && stage !== 'authorized') return false;
  return !session?.final || (asked !== undefined && asked.flow !== 'tokenize');
}

/** Its making was interrupted, and its caller never asked again. */
const isHalfMade = ({ asked, operations }: Payment) => asked !== undefined && operations.some(({ result }) => !result);

/** The first of the slots +2, +10, +30 minutes, +1 h, +2 h … after `opened` that lies behind `last`. */
function nextRead(opened: string, last: string): string {
  const age = Date.parse(last) - Date.parse(opened);
  const early = [2, 10, 30].map((each) => each * minutes).find((slot) => slot > age);
  return after(opened, early ?? (Math.floor(age / hours) + 1) * hours);
}

function orderClock(payment: Payment): Duty[] {
  const { stage, order, reads } = payment;
  const { order: last } = reads;
  if (!order || !last) return [];
  if (stage === 'pending') return [{ does: 'read order', at: after(last, pendingPause(payment, last)) }];
  const { expires_at: expires } = order;
  if ((stage !== 'ordered' && stage !== 'part_captured') || !expires || last > expires) return [];
  return [{ does: 'read order', at: after(expires, minutes) }];
}

/** Klarna decides within 24 hours (Klarna, "Pending orders"). */
function pendingPause({ changes, openedAt }: Payment, last: string): number {
  const [since = openedAt] = changes.flatMap(({ stage, observedAt }) => (stage.to === 'pending' ? [observedAt] : []));
  return Date.parse(last) - Date.parse(since) < 25 * hours ? 30 * minutes : 24 * hours;
}
