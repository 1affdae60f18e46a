import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import type { Folder } from '../../folder.ts';
import { type Item, type ItemChange, keysOf } from './dynamodb.ts';
import type { StreamRecord } from './records.ts';
import type { StreamMapping } from './tables.ts';

const image = z.record(z.string(), z.unknown());

/**
 * The progress of a mapping, kept in a folder: the last delivered image of each item. The embedded engine has no stream
 * that survives the process, but it has the items: an item that differs from its delivered image still has to be
 * delivered.
 */
export function deliveryProgress(folder: Folder, { id, table, StartingPosition }: StreamMapping) {
  const subfolder = `delivered/${id}`;
  const nameOf = (item: Item) =>
    `${subfolder}/${createHash('sha256')
      .update(JSON.stringify(keysOf(table, item)))
      .digest('base64url')}.json`;

  const save = ({ dynamodb }: StreamRecord) => {
    if (dynamodb.NewImage) folder.write(nameOf(dynamodb.Keys), dynamodb.NewImage);
    else folder.remove(nameOf(dynamodb.Keys));
  };

  /** The changes of these items, the whole table, since the last delivery. Several changes of one item become one. */
  const undelivered = (items: Item[]): ItemChange[] => {
    const names = folder.list(subfolder).map((name) => `${subfolder}/${name}`);
    if (names.length === 0 && StartingPosition === 'LATEST') {
      for (const item of items) folder.write(nameOf(item), item);
      return [];
    }
    const images = new Map(names.map((name) => [name, image.parse(folder.read(name))]));
    const changes = items.map((after) => ({ before: images.get(nameOf(after)), after }));
    for (const item of items) images.delete(nameOf(item));
    const removals = [...images.values()].map((before) => ({ before }));
    return [...changes.filter((change) => !isDeepStrictEqual(change.before, change.after)), ...removals];
  };

  return { save: (records: StreamRecord[]) => records.forEach(save), undelivered };
}
