import type { Merchant } from '../merchant/intents.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { World } from '../world.ts';
import { accepted } from './accepted.ts';
import { atRest } from './at-rest.ts';
import { klarnaIsKnown } from './klarna-is-known.ts';
import { money } from './money.ts';
import { publications } from './publications.ts';
import { refusals } from './refusals.ts';
import { sales } from './sales.ts';
import { secrecy } from './secrecy.ts';

/** All promises that a run broke. */
export const brokenPromises = (world: World, merchant: Merchant): BrokenPromise[] => [
  ...world.broken,
  ...klarnaIsKnown(world),
  ...publications(world),
  ...money(world, merchant),
  ...sales(world),
  ...refusals(world),
  ...secrecy(world),
  ...accepted(world),
  ...atRest(world),
];
