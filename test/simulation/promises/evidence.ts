import type { EmulatedHostedSession, EmulatedOrder } from '../../../emulator/state.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
import type { EndpointName } from '../klarna/network/endpoints.ts';
import { paymentOfCallback } from '../klarna/simulated-klarna.ts';
import type { World } from '../world.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Which orders of a payment a callback named that the relay answered 200. */
export function ordersNamedTo(world: World, payment: string): Set<string> {
  const named = world.api.accepted.flatMap((each) =>
    'callback' in each && paymentOfCallback(each.callback) === payment ? [orderIn(each.callback)] : [],
  );
  return new Set(named.filter((id) => id !== undefined));
}

/** The order that a callback names. */
export function orderIn({ kind, url, body }: { kind: string; url: string; body?: object }): string | undefined {
  if (kind === 'push') return new URL(url).searchParams.get('order') ?? undefined;
  const named: { order_id?: string; session?: { order_id?: string } } = { ...body };
  return named.order_id ?? named.session?.order_id;
}

/** True for an order that Klarna or the shop made of the session that the payment knows. */
export function isOfItsSession({ surroundings }: World, { facts }: Payment, { order_id }: EmulatedOrder): boolean {
  const { hosted, authorizations } = surroundings.klarna.core.state;
  const session = hosted.get(facts.hpp_session_id ?? '');
  if (!session || session.order_id === order_id) return session !== undefined;
  return [...authorizations.values()].some(
    ({ paymentSession, outcome }) =>
      paymentSession === session.paymentSession && Object(outcome?.answer?.body).order_id === order_id,
  );
}

type Window = { from: number; until: number };

const outagesOf = ({ surroundings }: World, endpoints: EndpointName[]): Window[] =>
  surroundings.klarna.endpointOutages.filter(({ endpoint }) => endpoints.includes(endpoint));

/** The outages that stopped every payment, from the transcript. */
function commonOutages({ transcript, troubleEndedAt }: World): Window[] {
  return transcript.entries().flatMap(({ actor, text, at }) => {
    const [, seconds] = (actor === 'fault' && /^(?:Klarna|DynamoDB) down: for (\d+) s/.exec(text)) || [];
    return seconds ? [{ from: at, until: Math.min(at + Number(seconds) * 1000, troubleEndedAt()) }] : [];
  });
}

/** How long the endpoints answered and due tasks ran between two moments, milliseconds, to within a minute. */
export function answeringTime(world: World, endpoints: EndpointName[], { from, until }: Window): number {
  const outages = [...outagesOf(world, endpoints), ...commonOutages(world)];
  let time = 0;
  for (let at = from; at + minute <= until; at += minute)
    if (
      !world.faults.wasDown('due tasks down', at) &&
      !outages.some((outage) => at + minute > outage.from && at < outage.until)
    )
      time += minute;
  return time;
}

/** True where the session could not be read between its last move and its end, with time for one more attempt. */
export function wasUnreadable(world: World, { updated_at, expires_at }: EmulatedHostedSession): boolean {
  const end = Date.parse(expires_at);
  return outagesOf(world, ['read hosted session', 'read payment session']).some(
    ({ from, until }) => until > end - 3 * hour && from < Date.parse(updated_at) + 3 * hour,
  );
}
