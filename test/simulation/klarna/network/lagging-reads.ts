import { getOrder } from '../../../../emulator/api/order-management/order-lifecycle.ts';
import type { KlarnaAnswer } from '../../../../emulator/state.ts';
import type { RunContext } from '../../deterministic/run-context.ts';
import { idIn, isRequestTo } from './endpoints.ts';
import { type Core, type HttpRequest, refusal, type Subject } from './network-answer.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long the hosted session lives at Klarna. */
const sessionLifetime = 47 * hour;

/** Klarna's reads lag behind what it did: an order or a session is not found at first, and an order is shown as it was. */
export function laggingReads({ clock, chance, faults }: RunContext, core: Core) {
  const visibleFrom = new Map<string, number>();
  const snapshots = new Map<string, KlarnaAnswer>();
  const frozen = new Map<string, { until: number; answer: KlarnaAnswer }>();

  const lag = () =>
    chance.pick([
      chance.between(second, 50 * second),
      chance.between(minute, 20 * minute),
      chance.between(30, 70) * minute,
    ]);
  /** Decided once per order or session, when it is first looked at. */
  const isInvisible = (id: string, made: number, strikes: () => boolean): boolean => {
    const from = visibleFrom.get(id) ?? made + (strikes() ? lag() : 0);
    visibleFrom.set(id, from);
    return core.state.now().getTime() < from;
  };
  const lateOrder = (id: string, { about, payment }: Subject): KlarnaAnswer | undefined => {
    const order = core.state.orders.get(id);
    const strikes = () => faults.strikes('order not found yet', about, payment);
    return order && isInvisible(id, Date.parse(order.created_at), strikes) ? refusal(404, 'NO_SUCH_ORDER') : undefined;
  };
  const lateSession = (id: string, { about, payment }: Subject): KlarnaAnswer | undefined => {
    const session = core.state.hosted.get(id);
    const strikes = () => faults.strikes('session not found yet', about, payment);
    return session && isInvisible(id, Date.parse(session.expires_at) - sessionLifetime, strikes)
      ? refusal(404, 'NOT_FOUND')
      : undefined;
  };
  /** Klarna's answer of a moment ago, or that there is nothing yet; undefined where Klarna answers as usual. */
  const answer = (request: HttpRequest, subject: Subject): KlarnaAnswer | undefined => {
    const id = idIn(request.path);
    if (isRequestTo('read hosted session', request)) return lateSession(id, subject);
    if (!isRequestTo('read order', request)) return undefined;
    const stale = frozen.get(id);
    return lateOrder(id, subject) ?? (stale && clock.now() < stale.until ? stale.answer : undefined);
  };
  /** Remembers an order as it is now. */
  const remember = (id: string) => {
    if (!core.state.orders.has(id)) return;
    const { state, callbacks } = core;
    snapshots.set(id, structuredClone(getOrder({ state, callbacks, page: '', id, part: '', body: {} })));
  };
  /** Klarna told of a move of an order: reads may show it as it was before, for seconds to ten minutes. */
  const moved = (id: string, payment: string) => {
    const before = snapshots.get(id);
    if (!before || !faults.strikes('order read stale', `the order of ${payment}`, payment)) return;
    frozen.set(id, { until: clock.now() + chance.between(second, 10 * minute), answer: before });
  };
  return { answer, remember, moved };
}
