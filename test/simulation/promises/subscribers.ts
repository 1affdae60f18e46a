import type { Change } from '../../../lambdas/payment/change.ts';
import type { Applied, SimulatedSubscriber } from '../consumer/subscriber.ts';
import { byIncarnation, changeKey } from '../payment-lives.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';

/**
 * In the end every subscriber has applied every change of every payment once and in order; one that joined late, from the first change
 * on that was published since then. A subscriber cannot read the stages of a newer version.
 */
export function subscribersAreComplete(world: World): BrokenPromise[] {
  const { subscribers, lives, excused } = world;
  const judged = lives.lives().filter(({ id, endedBy }) => endedBy !== 'restore' && !excused.has(id));
  return [
    ...subscribers.broken,
    ...subscribers.all
      .flatMap((subscriber) => impatience(world, subscriber))
      .filter(({ payment = '' }) => !excused.has(payment)),
    ...subscribers.all.flatMap((subscriber) =>
      judged.flatMap(({ id, payment }) =>
        byIncarnation(payment.changes).flatMap((changes) => {
          const expected = changes.filter(({ sequence }) => sequence >= firstFor(world, subscriber, changes));
          const applied = subscriber.applied.filter((each) => isOf(each, changes)).map(({ sequence }) => sequence);
          if (isWhole(applied, expected)) return [];
          const text = `${subscriber.name} applied ${applied.join(' ') || 'nothing'} of ${id}, whose changes are ${expected.map(({ sequence }) => sequence).join(' ')}`;
          return [{ promise: 'subscribers apply every change once and in order', text, payment: id }];
        }),
      ),
    ),
  ];
}

/** EventBridge may need 24 hours for an event. Those after it must not become dead letters meanwhile. */
function impatience(
  { surroundings, startedAt }: World,
  { name, joinsAt, givenUp }: SimulatedSubscriber,
): BrokenPromise[] {
  if (joinsAt !== startedAt) return [];
  const published = new Map(
    surroundings.bus.events
      .map(({ at, entry }) => [changeKey(JSON.parse(entry.Detail ?? '{}')), at] as const)
      .reverse(),
  );
  return givenUp.flatMap((event) => {
    const { paymentId, sequence, at } = event;
    const before = published.get(changeKey({ ...event, sequence: sequence - 1 })) ?? Number.POSITIVE_INFINITY;
    if (before > at) return [];
    const text = `${name} gave up ${paymentId} ${sequence} before ${sequence - 1} could arrive`;
    return [
      { promise: 'an event waits for the one before it as long as EventBridge may need', payment: paymentId, text },
    ];
  });
}

/** The sequence of the first change that was published since the subscriber joined; beyond all where there is none. */
function firstFor({ surroundings, startedAt }: World, { joinsAt }: SimulatedSubscriber, changes: Change[]): number {
  if (joinsAt === startedAt) return 1;
  const since = surroundings.bus.events
    .filter(({ at }) => at >= joinsAt)
    .map(({ entry }): Change => JSON.parse(entry.Detail ?? '{}'))
    .filter((event) => changes.some((change) => isSame(event, change)));
  return Math.min(Number.POSITIVE_INFINITY, ...since.map(({ sequence }) => sequence));
}

const isOf = (applied: Applied, changes: Change[]) => changes.some((change) => isSame(Object(applied), change));

/** Ids that come back are another promise: here the content counts. */
const isSame = (event: Change, change: Change) =>
  event.id === change.id &&
  event.paymentId === change.paymentId &&
  event.observedAt === change.observedAt &&
  event.pspStatus === change.pspStatus;

/** From its first change on without a gap, up to the last. A late joiner may have begun with an earlier one. */
function isWhole(applied: number[], expected: Change[]): boolean {
  const [first = 1] = applied;
  const last = expected.at(-1)?.sequence;
  if (last === undefined) return true;
  return (
    applied.every((sequence, at) => sequence === first + at) &&
    applied.at(-1) === last &&
    first <= (expected[0]?.sequence ?? 1)
  );
}
