import type { Merchant } from '../merchant/intents.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';
import { accepted } from './accepted.ts';
import { atRest } from './at-rest.ts';
import { attentions } from './attentions.ts';
import { klarnaIsKnown } from './klarna-is-known.ts';
import { money } from './money.ts';
import { publications } from './publications.ts';
import { secrecy } from './secrecy.ts';

/** All promises that a run broke. */
export const brokenPromises = (world: World, merchant: Merchant): BrokenPromise[] => [
  ...[...klarnaIsKnown(world), ...money(world, merchant), ...accepted(world), ...atRest(world)].filter(
    ({ payment = '' }) => !world.isExcused(payment),
  ),
  ...publications(world),
  ...attentions(world),
  ...secrecy(world),
];
