import type { World } from '../world.ts';
import { sendLargeBasket } from './large-basket.ts';
import { longOutage } from './long-outage.ts';
import { loseNotes } from './lost-notes.ts';
import { manyCallbacks } from './many-callbacks.ts';
import { newerVersion } from './newer-version.ts';
import { restoreTable } from './restore.ts';
import { returningPayments } from './returning-payments.ts';
import { stagedCallbacks } from './staged-callbacks.ts';

const second = 1000;
const minute = 60 * second;

const during = [outages, rotation, deployments, restoreTable, longOutage, loseNotes, newerVersion];
const afterwards = [sendLargeBasket, manyCallbacks, stagedCallbacks, returningPayments];

/** The incidents that affect the whole relay during a run: outages, deployments and more; some follow after the trouble. */
export async function incidents(world: World): Promise<void> {
  for (const incident of afterwards) world.afterTrouble.push(() => incident(world));
  await Promise.all(during.map((incident) => incident(world)));
}

async function outages({ clock, chance, faults }: World): Promise<void> {
  for (let n = chance.between(0, 3); n > 0; n--) {
    await clock.sleep(chance.between(second, 15 * minute));
    if (faults.isOver()) return;
    const part = chance.pick([
      'receiver down',
      'receiver down',
      'Klarna down',
      'Klarna down',
      'DynamoDB down',
      'bus down',
    ]);
    const most = chance.happens(0.1) ? 80 : 10;
    faults.takeDown(part, chance.between(20 * second, most * minute));
  }
}

/** As docs/operations.md describes it: the new key is announced ten minutes before it mints. */
async function rotation({ clock, chance, surroundings, faults }: World): Promise<void> {
  if (!chance.happens(0.4)) return;
  const { callbackKeys, secret } = surroundings;
  await clock.sleep(chance.between(second, 10 * minute));
  secret.rotate({ current: callbackKeys.first, next: callbackKeys.second });
  faults.note('key rotated', 'a new callback key is announced');
  await clock.sleep(10 * minute);
  secret.rotate({ current: callbackKeys.second, previous: callbackKeys.first });
  faults.note('key rotated', 'the new callback key mints');
}

async function deployments({ clock, chance, stream, faults }: World): Promise<void> {
  for (let n = chance.pick([0, 0, 1, 2]); n > 0; n--) {
    await clock.sleep(chance.between(second, 25 * minute));
    if (faults.isOver()) return;
    await stream.replace(chance.pick(['outbox', 'due']), chance.between(second, 2 * minute));
  }
}
