import { accepted } from './kept-promises.ts';
import type { Merchant } from './merchants.ts';
import { money } from './money.ts';
import { published } from './publications.ts';
import { atRest } from './rest.ts';
import { secrecy } from './secrecy.ts';
import type { Broken } from './story.ts';
import { truth } from './truth.ts';
import type { World } from './world.ts';

/** Every promise that this run broke. */
export const broken = (world: World, merchant: Merchant): Broken[] => [
  ...truth(world),
  ...published(world),
  ...money(world, merchant),
  ...secrecy(world),
  ...accepted(world),
  ...atRest(world),
];
