import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { type Item, type ItemChange, keysOf } from './dynamodb.ts';
import type { Folder } from '../../folder.ts';
import type { StreamRecord } from './records.ts';
import type { StreamMapping } from './tables.ts';

const image = z.record(z.string(), z.unknown());

/**
 * How far a mapping got, kept in a folder: the image of each item that it delivered last. The embedded engine has no
 * stream that would survive the process, but it has the items: what differs from its delivered image is still to be fed.
 */
export function deliveredImages(folder: Folder, { id, table, StartingPosition }: StreamMapping) {
  const place = `delivered/${id}`;
  const nameOf = (item: Item) =>
    `${place}/${createHash('sha256')
      .update(JSON.stringify(keysOf(table, item)))
      .digest('base64url')}.json`;

  const remember = ({ dynamodb }: StreamRecord) => {
    if (dynamodb.NewImage) folder.write(nameOf(dynamodb.Keys), dynamodb.NewImage);
    else folder.remove(nameOf(dynamodb.Keys));
  };

  /** What happened to these items, the whole table, since the last delivery; several changes of one item are one. */
  const missed = (items: Item[]): ItemChange[] => {
    const names = folder.list(place).map((name) => `${place}/${name}`);
    if (names.length === 0 && StartingPosition === 'LATEST') {
      for (const item of items) folder.write(nameOf(item), item);
      return [];
    }
    const before = new Map(names.map((name) => [name, image.parse(folder.read(name))]));
    const changes = items.map((after) => ({ before: before.get(nameOf(after)), after }));
    for (const item of items) before.delete(nameOf(item));
    const removed = [...before.values()].map((gone) => ({ before: gone }));
    return [...changes.filter((change) => !isDeepStrictEqual(change.before, change.after)), ...removed];
  };

  return { remember: (records: StreamRecord[]) => records.forEach(remember), missed };
}
