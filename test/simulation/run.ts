import { createHash } from 'node:crypto';
import type { FaultKind } from './faults.ts';
import { broken } from './invariants.ts';
import { buys, type Merchant } from './merchants.ts';
import { told } from './story.ts';
import { befalls } from './trouble.ts';
import { began, world } from './world.ts';

export type Played = {
  seed: number;
  failed: boolean;
  /** For a person to read; where something broke, of those payments alone. */
  story: string;
  /** How payments ended and what became of operations, in words: a look at what the stories reach. */
  ends: string[];
  faults: Record<FaultKind, number>;
  published: number;
  /** Of everything that happened: the same for the same seed. */
  digest: string;
};

/** One seed from its first purchase until every payment rests, and what of our promises it broke. */
export async function play(seed: number): Promise<Played> {
  const played = world(seed);
  const { chance, faults, story, around } = played;
  const merchant: Merchant = { wishes: [], payments: [] };
  const purchases = Array.from({ length: chance.between(1, 3) }, (_, n) => buys(played, merchant, n + 1));
  await played.play([...purchases, befalls(played)]);
  const wrong = broken(played, merchant);
  const lines = story.lines();
  const all = JSON.stringify([lines, around.bus.events]);
  return {
    seed,
    failed: wrong.length > 0,
    story: told({ seed, began, lines, broken: wrong }),
    ends: played
      .payments()
      .flatMap(({ stage, operations }) => [
        stage,
        ...operations.map(({ kind, result }) => `${kind} ${result?.pspStatus ?? 'open'}`),
      ]),
    faults: faults.counts,
    published: around.bus.events.length,
    digest: createHash('sha256').update(all).digest('hex').slice(0, 16),
  };
}
