import type { RunContext } from '../deterministic/run-context.ts';
import type { MemoryItem } from './dynamodb.ts';

/** The saves of the payments table, as point in time recovery keeps them. */
export function savedTable({ clock }: RunContext) {
  const saves: { at: number; id: string; item: MemoryItem | undefined }[] = [];
  return {
    add: (id: string, item: MemoryItem | undefined) => void saves.push({ at: clock.now(), id, item }),
    /** The items of the table at that moment. */
    at: (moment: number): MemoryItem[] => {
      const items = new Map<string, MemoryItem>();
      for (const { at, id, item } of saves) {
        if (at > moment) break;
        if (item) items.set(id, item);
        else items.delete(id);
      }
      return [...items.values()];
    },
  };
}
