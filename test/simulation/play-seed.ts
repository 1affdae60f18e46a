import { createHash } from 'node:crypto';
import type { Merchant } from './merchant/intents.ts';
import { buyAtOwnShop } from './merchant/own-backend.ts';
import { makePurchase } from './merchant/purchases.ts';
import { brokenPromises } from './promises/broken-promises.ts';
import { formatRun } from './transcript.ts';
import type { FaultKind } from './trouble/fault-kinds.ts';
import { incidents } from './trouble/incidents.ts';
import { newWorld, startOfRun } from './world.ts';

export type PlayedSeed = {
  seed: number;
  failed: boolean;
  /** For a person to read. After a failure it shows only the payments with broken promises. */
  transcript: string;
  /** The last stages of payments and the results of operations, in words, to see what the seeds reach. */
  ends: string[];
  faults: Record<FaultKind, number>;
  published: number;
  /** A hash of everything that happened: the same for the same seed. */
  digest: string;
};

/** Plays one seed from its first purchase until every payment is at rest, and checks every promise. */
export async function playSeed(seed: number): Promise<PlayedSeed> {
  const world = newWorld(seed);
  const { clock, chance, plan, faults, transcript, surroundings } = world;
  const { events } = surroundings.bus;
  const merchant: Merchant = { intents: [], payments: [] };
  const purchases = Array.from({ length: chance.between(1, 3) }, async (_, n) => {
    if (plan.spread > 0) await clock.sleep(chance.between(0, plan.spread));
    await makePurchase(world, merchant, n + 1);
  });
  const shops = faults.strikes('shop with its own backend', 'shop') ? [buyAtOwnShop(world, merchant, 1)] : [];
  await world.play([...purchases, ...shops, incidents(world)]);
  const broken = brokenPromises(world, merchant);
  const entries = transcript.entries();
  return {
    seed,
    failed: broken.length > 0,
    transcript: formatRun({ seed, start: startOfRun, entries, broken }),
    ends: world
      .payments()
      .flatMap(({ stage, operations }) => [
        stage,
        ...operations.map(({ kind, result }) => `${kind} ${result?.pspStatus ?? 'open'}`),
      ]),
    faults: faults.counts,
    published: events.length,
    digest: createHash('sha256')
      .update(JSON.stringify([entries, events]))
      .digest('hex')
      .slice(0, 16),
  };
}
