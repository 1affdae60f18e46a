import type { World } from './world.ts';

const second = 1000;
const minute = 60 * second;

/** What befalls the whole house during a run: outages, deployments, a rotation of the callback key. */
export async function befalls(world: World): Promise<void> {
  await Promise.all([outages(world), rotation(world), deployments(world)]);
}

async function outages({ clock, chance, faults }: World): Promise<void> {
  for (let n = chance.between(0, 3); n > 0; n--) {
    await clock.sleep(chance.between(second, 15 * minute));
    if (faults.isOver()) return;
    const what = chance.pick([
      'receiver down',
      'receiver down',
      'Klarna down',
      'Klarna down',
      'DynamoDB down',
      'bus down',
    ]);
    const most = chance.one(0.1) ? 80 : 10;
    faults.takeDown(what, chance.between(20 * second, most * minute));
  }
}

/** As docs/operations.md has it: announced ten minutes before it mints. */
async function rotation({ clock, chance, around, faults }: World): Promise<void> {
  if (!chance.one(0.4)) return;
  const { first, second: new_ } = around.keys;
  await clock.sleep(chance.between(second, 10 * minute));
  around.secret.rotate({ current: first, next: new_ });
  faults.happened('key rotated', 'a new callback key is announced');
  await clock.sleep(10 * minute);
  around.secret.rotate({ current: new_, previous: first });
  faults.happened('key rotated', 'the new callback key mints');
}

async function deployments({ clock, chance, stream, faults }: World): Promise<void> {
  for (let n = chance.pick([0, 0, 1, 2]); n > 0; n--) {
    await clock.sleep(chance.between(second, 25 * minute));
    if (faults.isOver()) return;
    await stream.replace(chance.pick(['outbox', 'due']), chance.between(second, 2 * minute));
  }
}
