import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../../lambdas/payment/change.ts';
import type { Payment } from '../../../lambdas/payment/payment.ts';
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
  'outbox replayed',
];

/** Every change is published under one id, without gaps, in order, and more than once only after a fault that explains it. */
export function publications(world: World): BrokenPromise[] {
  const { surroundings, stream, faults } = world;
  const events: Change[] = surroundings.bus.events.map(({ entry }) => JSON.parse(entry.Detail ?? '{}'));
  const mayRepeat = repeating.some((kind) => faults.counts[kind] > 0);
  const ofPayments = world.payments().flatMap((payment) => {
    const own = events.filter(({ paymentId }) => paymentId === payment.id);
    return publicationsOf(payment, own, mayRepeat);
  });
  const known = new Set(world.payments().map(({ id }) => String(id)));
  const unknown = events.filter(({ paymentId }) => !known.has(paymentId));
  return [
    ...ofPayments,
    ...unknown.map(({ id }) => ({ promise: 'every event is of a payment', text: `${id} belongs to no payment` })),
    ...(stream.discarded() > 0
      ? [{ promise: 'no row is discarded', text: `the outbox discarded ${stream.discarded()} rows` }]
      : []),
  ];
}

function publicationsOf(payment: Payment, events: Change[], mayRepeat: boolean): BrokenPromise[] {
  const { id, changes } = payment;
  const broken = (promise: string, text: string): BrokenPromise => ({ promise, text, payment: id });
  const firsts = events.filter((change, at) => events.findIndex((each) => each.id === change.id) === at);
  const different = events.find((event) => !isChange(event, changes));
  const checks: [boolean, BrokenPromise][] = [
    [isCounting(changes), broken('sequence without gaps', `${id}: ${sequencesOf(changes)}`)],
    [!saysTwice(changes), broken('one change has one id', `${id} has the same change twice`)],
    [!different, broken('one change has one id', `${different?.id} was published with other content than it has`)],
    [isCounting(firsts), broken('first publications in order', `${id}: ${sequencesOf(firsts)}`)],
    [
      firsts.length >= changes.length,
      broken('every change is published', `${id}: ${firsts.length} of ${changes.length}`),
    ],
    [
      events.length === firsts.length || mayRepeat,
      broken('changes repeat only after a fault', `${id} was published twice`),
    ],
  ];
  return checks.flatMap(([isKept, promise]) => (isKept ? [] : [promise]));
}

const sequencesOf = (changes: Change[]) => changes.map(({ sequence }) => sequence).join(' ');

const isCounting = (changes: Change[]) => changes.every(({ sequence }, at) => sequence === at + 1);

/** True when the event has exactly the content of the change with its id. */
function isChange(event: Change, changes: Change[]): boolean {
  const held = changes.find(({ id }) => id === event.id);
  const { references, replayed, firstSequence, ...change } = {
    references: undefined,
    replayed: undefined,
    firstSequence: undefined,
    ...event,
  };
  return isDeepStrictEqual(change, held && JSON.parse(JSON.stringify(held)));
}

/** True when two changes have the answer to one operation, or one move at one time. */
function saysTwice(changes: Change[]): boolean {
  const contents = changes.map(({ pspStatus, stage, at, operation, attention }) =>
    operation ? operation.id : `${pspStatus} ${stage.from} ${stage.to} ${attention ? JSON.stringify(attention) : at}`,
  );
  return new Set(contents).size < contents.length;
}
