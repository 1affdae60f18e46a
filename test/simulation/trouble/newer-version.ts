import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { MemoryItem } from '../aws/dynamodb.ts';
import { tables } from '../relay/template-settings.ts';
import type { World } from '../world.ts';
import { asSaved, newStage, type Stored } from './novelty.ts';

const second = 1000;
const minute = 60 * second;

/**
 * A deployment of a newer version that is rolled back: it saved some payments while it ran beside this version, and this version goes on
 * with its items.
 */
export async function newerVersion(world: World): Promise<void> {
  const { clock, chance, faults, plan, surroundings } = world;
  if (plan.newerVersion === 'none') return;
  await clock.sleep(chance.between(2 * minute, 70 * minute));
  for (let n = chance.between(1, 3); n > 0 && !faults.isOver(); n--) {
    const items = surroundings.db.items(tables.payments);
    const item = items[chance.between(0, items.length - 1)];
    if (item) saveAsNewer(world, item);
    await clock.sleep(chance.between(second, 10 * minute));
  }
}

function saveAsNewer({ faults, plan, novelties, surroundings, excused }: World, item: MemoryItem): void {
  const stored = unmarshall(item) as Stored;
  const isStaged = plan.newerVersion === 'stage' && !excused.has(stored.id) && stored.changes.length > 0;
  faults.note(isStaged ? 'unknown stage saved' : 'newer version saved', `over version ${stored.version}`, stored.id);
  if (isStaged) excused.add(stored.id);
  novelties.push({
    payment: stored.id,
    operations: stored.operations.map(({ id }) => String(id)),
    ...(isStaged && { stage: newStage }),
  });
  surroundings.db.execute(new PutCommand({ TableName: tables.payments, Item: asSaved(stored, isStaged) }));
}
