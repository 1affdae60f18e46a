import { marshall } from '@aws-sdk/util-dynamodb';
import { type MemoryStore, memoryStore } from './memory-store.ts';

/** A store in memory that refuses what DynamoDB refuses: a value that it cannot hold, an item over 400 KB. */
export const strictStore = (): MemoryStore =>
  memoryStore((payment) => {
    const text = JSON.stringify(marshall(payment, { removeUndefinedValues: true }));
    if (/\\ud[89a-f]/i.test(text)) throw new Error('DynamoDB takes UTF-8: a lone surrogate is none');
    if (Buffer.byteLength(text) > 400 * 1024) throw new Error('DynamoDB takes 400 KB');
  });
