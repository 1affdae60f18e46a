import type { Merchant } from '../merchant/intents.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';
import { accepted } from './accepted.ts';
import { answers } from './answers.ts';
import { atRest } from './at-rest.ts';
import { attentions } from './attentions.ts';
import { klarnaIsKnown } from './klarna-is-known.ts';
import { money } from './money.ts';
import { novelties } from './novelties.ts';
import { publications } from './publications.ts';
import { refusals } from './refusals.ts';
import { sales } from './sales.ts';
import { secrecy } from './secrecy.ts';
import { subscribersAreComplete } from './subscribers.ts';

/** All promises that a run broke. */
export function brokenPromises(world: World, merchant: Merchant): BrokenPromise[] {
  const texts = new Set<string>();
  return all(world, merchant).filter(({ text }) => !texts.has(text) && texts.add(text));
}

const all = (world: World, merchant: Merchant): BrokenPromise[] => [
  ...world.broken,
  ...klarnaIsKnown(world).filter(({ payment = '' }) => !world.isExcused(payment) && isLearnable(world, payment)),
  ...[...money(world, merchant), ...sales(world), ...refusals(world), ...accepted(world)].filter(
    ({ payment = '' }) => !world.isExcused(payment),
  ),
  ...atRest(world).filter(({ payment = '' }) => !world.lives.undone.has(payment)),
  ...publications(world),
  ...attentions(world),
  ...novelties(world),
  ...answers(world),
  ...subscribersAreComplete(world),
  ...secrecy(world),
];

/** How long a session lives, milliseconds. */
const sessionLifetime = 48 * 3600_000;

/** Klarna forgets a session at its end. Where no task could run then, its last word may be lost with its callback. */
function isLearnable({ lives, faults }: World, id: string): boolean {
  const opened = lives.lives().find(({ payment }) => payment.id === id)?.payment.openedAt ?? '';
  const lastHours = [0, 1, 2].map((hours) => Date.parse(opened) + sessionLifetime - hours * 3600_000);
  return !lastHours.some((moment) => faults.wasDown('due tasks down', moment));
}
