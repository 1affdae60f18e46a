import type { RunContext } from '../deterministic/run-context.ts';
import { tableDefinitions } from '../relay/template-settings.ts';
import type { MemoryDb, MemoryItem } from './dynamodb.ts';

/** How often expired items are looked for, milliseconds. */
const interval = 3600_000;

/** DynamoDB's deletion of expired items; call it whenever time has passed. It deletes some time after `expiresAt`. */
export function timeToLive({ clock, faults, plan }: RunContext, db: Pick<MemoryDb, 'items' | 'expire'>) {
  const isExpired = ({ expiresAt }: MemoryItem) =>
    expiresAt !== undefined && Number(expiresAt.N) * 1000 + plan.deletionLag <= clock.now();
  const expireAll = (table: string) => {
    for (const item of db.items(table).filter(isExpired)) {
      faults.note('item expired', `of ${table}`, item.id?.S?.replace(/^acknowledged\//, '').split('/')[0]);
      db.expire(table, item);
    }
  };
  let next = 0;
  return () => {
    if (clock.now() < next) return;
    next = clock.now() + interval;
    for (const { name } of tableDefinitions) expireAll(name);
  };
}
