import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../../lambdas/payment/change.ts';
import { byIncarnation, changeKey, type PaymentLife } from '../payment-lives.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { FaultKind } from '../trouble/fault-kinds.ts';
import type { World } from '../world.ts';

/** Faults after which a change may be published more than once. */
const repeating: FaultKind[] = [
  'crash before a step',
  'crash after a step',
  'function hangs',
  'event refused',
  'bus fails',
  'bus answer lost',
  'bus down',
  'publisher down',
  'stream down',
  'notes down',
  'note lost',
  'outbox replayed',
  'restored',
  'changes replayed',
  'payment id comes back',
];

/** Every change is published under one id, without gaps, in order, and more than once only after a fault that explains it. */
export function publications(world: World): BrokenPromise[] {
  const { surroundings, faults, lives } = world;
  const events: Change[] = surroundings.bus.events.map(({ entry }) => JSON.parse(entry.Detail ?? '{}'));
  const mayRepeat = repeating.some((kind) => faults.counts[kind] > 0);
  const eventsOf = Map.groupBy(events, ({ paymentId }) => String(paymentId));
  const livesOf = Map.groupBy(lives.lives(), ({ id }) => id);
  const unknown = events.filter(({ paymentId }) => !livesOf.has(paymentId));
  return [
    ...[...livesOf].flatMap(([id, own]) => publicationsOf(own, eventsOf.get(id) ?? [], mayRepeat)),
    ...unknown.map(({ id }) => ({ promise: 'every event is of a payment', text: `${id} belongs to no payment` })),
  ];
}

/** What an item without an incarnation is read as. */
const noIncarnation = '0';

function publicationsOf(lives: PaymentLife[], events: Change[], mayRepeat: boolean): BrokenPromise[] {
  const id = lives[0]?.id ?? '';
  const broken = (promise: string, text: string): BrokenPromise => ({ promise, text, payment: id });
  const saved = lives.flatMap(({ payment }) => payment.changes);
  const known = Map.groupBy(saved, changeKey);
  const firsts = [...Map.groupBy(events, changeKey).values()].flatMap(([first]) => first ?? []);
  const different = events.find((event) => !known.get(changeKey(event))?.some((change) => isChange(event, change)));
  const reused = [...known.values()].find(([first, ...others]) =>
    others.some((each) => !isDeepStrictEqual(each, first)),
  );
  const gap = lives.map(({ payment }) => payment.changes).find((each) => !isCounting(each, 1));
  const late = byIncarnation(firsts).find((each) => !isCounting(each, Object(each[0]).firstSequence));
  const checks: [boolean, BrokenPromise][] = [
    [!gap, broken('sequence without gaps', `${id}: ${sequencesOf(gap ?? [])}`)],
    [
      !lives.some(({ payment }) => saysTwice(payment.changes)),
      broken('one change has one id', `${id} has the same change twice`),
    ],
    [!reused, broken('an id never comes back', `${reused?.[0]?.id} has been given to ${reused?.length} changes`)],
    [
      !lives.some(({ payment }) => payment.incarnation === noIncarnation),
      broken('every life of a payment has an incarnation', `${id} has none`),
    ],
    [!different, broken('one change has one id', `${different?.id} was published with other content than it has`)],
    [!late, broken('first publications in order', `${id}: ${sequencesOf(late ?? [])}`)],
    [
      events.length === firsts.length || mayRepeat,
      broken('changes repeat only after a fault', `${id} was published twice`),
    ],
  ];
  return [...checks.flatMap(([isKept, promise]) => (isKept ? [] : [promise])), ...unpublished(lives, events)];
}

/** A change that a restore undid may be unpublished. */
function unpublished(lives: PaymentLife[], events: Change[]): BrokenPromise[] {
  const published = Map.groupBy(events, changeKey);
  return lives
    .filter(({ endedBy }) => endedBy !== 'restore')
    .flatMap(({ id, payment: { changes } }) => {
      const missing = changes.filter(
        (change) => !published.get(changeKey(change))?.some((event) => isChange(event, change)),
      );
      if (missing.length === 0) return [];
      const text = `${id}: ${changes.length - missing.length} of ${changes.length}, not ${sequencesOf(missing)}`;
      return [{ promise: 'every change is published', text, payment: id }];
    });
}

const sequencesOf = (changes: Change[]) => changes.map(({ sequence }) => sequence).join(' ');

const isCounting = (changes: Change[], first: number) => changes.every(({ sequence }, at) => sequence === first + at);

/** True when the event has exactly the content of the change. */
function isChange(event: Change, held: Change): boolean {
  const { references, replayed, firstSequence, ...change } = {
    references: undefined,
    replayed: undefined,
    firstSequence: undefined,
    ...event,
  };
  return isDeepStrictEqual(change, JSON.parse(JSON.stringify(held)));
}

/**
 * True when two changes have the same answer to one operation, or one move at one time. A success may follow a refusal:
 * Klarna executed the operation in the end.
 */
function saysTwice(changes: Change[]): boolean {
  const contents = changes.map(({ pspStatus, state, stage, at, operation, attention }) =>
    operation
      ? `${operation.id} ${state}`
      : `${pspStatus} ${stage.from} ${stage.to} ${attention ? JSON.stringify(attention) : at}`,
  );
  return new Set(contents).size < contents.length;
}
