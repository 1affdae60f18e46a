import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../../lambdas/payment/change.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { FaultKind } from './faults.ts';
import type { Broken } from './story.ts';
import type { World } from './world.ts';

/** What may make the outbox say something twice. */
const repeating: FaultKind[] = [
  'crash before a step',
  'crash after a step',
  'function hangs',
  'event refused',
  'bus fails',
  'bus answer lost',
  'outbox replayed',
];

/** Each change under one stable id; without gaps; first publications in order; repeats only after trouble. */
export function published(world: World): Broken[] {
  const { around, stream, faults } = world;
  const said: Change[] = around.bus.events.map(({ entry }) => JSON.parse(entry.Detail ?? '{}'));
  const mayRepeat = repeating.some((kind) => faults.counts[kind] > 0);
  const perPayment = world.payments().flatMap((payment) => {
    const own = said.filter(({ paymentId }) => paymentId === payment.id);
    return publicationsOf(payment, own, mayRepeat);
  });
  const known = new Set(world.payments().map(({ id }) => String(id)));
  const strangers = said.filter(({ paymentId }) => !known.has(paymentId));
  return [
    ...perPayment,
    ...strangers.map(({ id }) => ({ invariant: 'published is what is held', says: `${id} is of no payment` })),
    ...(stream.dropped() > 0 ? [{ invariant: 'nothing is given up', says: 'the outbox gave up rows' }] : []),
  ];
}

function publicationsOf(payment: Payment, said: Change[], mayRepeat: boolean): Broken[] {
  const wrong = (invariant: string, says: string): Broken => ({ invariant, says, payment: payment.id });
  const firsts = said.filter((change, at) => said.findIndex(({ id }) => id === change.id) === at);
  const sequence = payment.changes.map(({ sequence: each }) => each);
  const differing = said.find((change) => {
    const held = payment.changes.find(({ id }) => id === change.id);
    const { references, replayed, ...told } = { references: undefined, replayed: undefined, ...change };
    return !isDeepStrictEqual(told, held && JSON.parse(JSON.stringify(held)));
  });
  return [
    ...(sequence.every((each, at) => each === at + 1)
      ? []
      : [wrong('sequence without gaps', `${payment.id}: ${sequence}`)]),
    ...(twice(payment.changes) ? [wrong('one change under one id', `${payment.id} tells one thing twice`)] : []),
    ...(differing
      ? [wrong('one change under one id', `${differing.id} was published as something else than is held`)]
      : []),
    ...inOrder(payment, firsts).map((says) => wrong('first publications in order', says)),
    ...(firsts.length < payment.changes.length
      ? [wrong('every change is published', `${payment.id}: ${firsts.length} of ${payment.changes.length}`)]
      : []),
    ...(said.length > firsts.length && !mayRepeat
      ? [wrong('repeats follow trouble', `${payment.id} repeats itself`)]
      : []),
  ];
}

/** The answer to one operation, or one move at one time, told under two ids. */
function twice(changes: Change[]): boolean {
  const told = changes.map(({ pspStatus, stage, at, operation, attention }) =>
    operation ? operation.id : `${pspStatus} ${stage.from} ${stage.to} ${attention ? JSON.stringify(attention) : at}`,
  );
  return new Set(told).size < told.length;
}

function inOrder(payment: Payment, firsts: Change[]): string[] {
  const sequences = firsts.map(({ sequence }) => sequence);
  return sequences.every((each, at) => each === at + 1) ? [] : [`${payment.id}: ${sequences.join(' ')}`];
}
