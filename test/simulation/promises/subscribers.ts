import type { Change } from '../../../lambdas/payment/change.ts';
import type { SimulatedSubscriber } from '../consumer/subscriber.ts';
import { changeKey } from '../payment-lives.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';

/**
 * In the end every subscriber has applied every change of every payment once and in order; one that joined late, from
 * its documented baseline on. A subscriber cannot read the stages of a newer version.
 */
export function subscribersAreComplete(world: World): BrokenPromise[] {
  const { subscribers, lives, excused } = world;
  const judged = lives.lives().filter(({ id, endedBy }) => endedBy !== 'restore' && !excused.has(id));
  const publishedAt = firstPublications(world);
  return [
    ...subscribers.broken,
    ...subscribers.all
      .flatMap((subscriber) => impatience(world, subscriber, publishedAt))
      .filter(({ payment = '' }) => !excused.has(payment)),
    ...subscribers.all.flatMap((subscriber) => {
      const appliedOf = Map.groupBy(subscriber.applied, ({ paymentId }) => paymentId);
      return judged.flatMap(({ id, payment: { changes } }) => {
        const places = (appliedOf.get(id) ?? []).map((event) => placeOf(event, changes)).filter((place) => place >= 0);
        if (isWhole(places, { baseline: baselineOf(world, subscriber, { changes, publishedAt }), changes })) return [];
        const applied = places.map((place) => changes[place]?.sequence).join(' ') || 'nothing';
        const text = `${subscriber.name} applied ${applied} of ${id}, whose changes are 1 to ${changes.length}`;
        return [{ promise: 'subscribers apply every change once and in order', text, payment: id }];
      });
    }),
  ];
}

/** When each change was on the bus first. */
const firstPublications = ({ surroundings: { bus } }: World): Map<string, number> =>
  new Map(bus.events.map(({ at, entry }) => [changeKey(JSON.parse(entry.Detail ?? '{}')), at] as const).reverse());

/** EventBridge may need 24 hours for an event. Those after it must not become dead letters meanwhile. */
function impatience(
  { startedAt }: World,
  { name, joinsAt, givenUp }: SimulatedSubscriber,
  publishedAt: Map<string, number>,
): BrokenPromise[] {
  if (joinsAt !== startedAt) return [];
  return givenUp.flatMap((event) => {
    const { paymentId, sequence, at } = event;
    const before = publishedAt.get(changeKey({ ...event, sequence: sequence - 1 })) ?? Number.POSITIVE_INFINITY;
    if (before > at) return [];
    const text = `${name} gave up ${paymentId} ${sequence} before ${sequence - 1} could arrive`;
    return [
      { promise: 'an event waits for the one before it as long as EventBridge may need', payment: paymentId, text },
    ];
  });
}

/** The place of the first change that was published since the subscriber joined; the latest, where all were before. */
function baselineOf(
  { startedAt }: World,
  { joinsAt }: SimulatedSubscriber,
  { changes, publishedAt }: { changes: Change[]; publishedAt: Map<string, number> },
): number {
  if (joinsAt === startedAt) return 0;
  const first = changes.findIndex((change) => (publishedAt.get(changeKey(change)) ?? 0) >= joinsAt);
  return first >= 0 ? first : changes.length - 1;
}

/** Where the change stands in the item; -1 for one that a restore undid, or of another life of the payment. */
const placeOf = (event: { incarnation: string; sequence: number; observedAt: string }, changes: Change[]) =>
  changes.findIndex(
    ({ incarnation, sequence, observedAt }) =>
      incarnation === event.incarnation && sequence === event.sequence && observedAt === event.observedAt,
  );

/** From the baseline or an earlier change on without a gap, up to the last. */
function isWhole(places: number[], { baseline, changes }: { baseline: number; changes: Change[] }): boolean {
  if (changes.length === 0) return places.length === 0;
  const [first = changes.length] = places;
  return first <= baseline && places.every((place, n) => place === first + n) && places.at(-1) === changes.length - 1;
}
