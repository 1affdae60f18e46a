import type { World } from '../world.ts';
import { longOutage } from './long-outage.ts';
import { loseNotes } from './lost-notes.ts';
import { restoreTable } from './restore.ts';

const second = 1000;
const minute = 60 * second;

/** The incidents that affect the whole relay during a run: outages, a rotation of the callback key, deployments. */
export async function incidents(world: World): Promise<void> {
  await Promise.all([
    outages(world),
    rotation(world),
    deployments(world),
    restoreTable(world),
    longOutage(world),
    loseNotes(world),
  ]);
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
