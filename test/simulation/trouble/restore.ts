import { tables } from '../relay/template-settings.ts';
import type { World } from '../world.ts';

const minute = 60_000;

/**
 * The payments table is restored to an earlier point in time. Klarna, the subscribers and the other tables stay as they are. The
 * functions are replaced: none of them works on with an item that is gone.
 */
export async function restoreTable(world: World): Promise<void> {
  const { clock, chance, faults, plan, surroundings, saved, lives, stream, replaceProcesses } = world;
  if (!plan.isRestored) return;
  await clock.sleep(chance.between(2 * minute, 90 * minute));
  const back = chance.happens(0.5) ? chance.between(minute, 20 * minute) : chance.between(20 * minute, 300 * minute);
  const items = saved.at(clock.now() - back);
  replaceProcesses();
  surroundings.db.restore(tables.payments, items);
  lives.onRestore(items);
  stream.restart();
  const now = clock.date().toISOString();
  surroundings.restored(now);
  faults.note('restored', `the payments table, to its state of ${Math.round(back / minute)} minutes ago`);
}
