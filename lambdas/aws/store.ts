import type { PaymentStore } from '../payment/store.ts';
import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { nextTask } from '../payment/tasks.ts';
import { openPayment, type Payment } from '../payment/payment.ts';


const neverSavedBefore = 'attribute_not_exists(id)'; // two first callbacks at once must not open the payment twice
const savedByNobodySince = 'version = :read'; // what was decided on an old reading must not overwrite a newer one

/**
 * One payment, one item of the table whose partition key is `id`; its stream is the outbox.
 * Whoever saved second waits for `pause`, so that the same callers do not meet again at once.
 */
export function paymentStore(kept: {
  db: DynamoDBDocumentClient;
  table: string;
  retentionDays: number;
  now: () => Date;
  pause: () => Promise<unknown>;
}): PaymentStore {
  const { db, table: TableName } = kept;
  return {
    find: async (id) => {
      const { Item } = await db.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
      if (!Item) return undefined;
      const { expiresAt, dueAt, dueShard, due, ...payment } = Item;
      return { ...openPayment(id, ''), ...(payment as Payment) }; // an item of an older version may lack what is new
    },
    save: async (payment) => {
      const saved = { ...payment, version: payment.version + 1 };
      const owes = owed(payment, kept.now());
      const Item = { ...saved, ...owes, expiresAt: expiresAt(kept, owes?.dueAt) };
      const isFirst = payment.version === 0;
      try {
        await db.send(
          new PutCommand({
            TableName,
            Item,
            ConditionExpression: isFirst ? neverSavedBefore : savedByNobodySince,
            ...(isFirst ? {} : { ExpressionAttributeValues: { ':read': payment.version } }),
          }),
        );
        return 'saved';
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        await kept.pause();
        return 'stale';
      }
    },
  };
}

/** How many partitions the index of what is due is spread over: each takes 1,000 writes a second. */
export const dueShards = 8;

/**
 * What the index of due payments and the filter of the stream look at: when something is owed, in which part of the index,
 * and whether it is owed at once. All absent when nothing is.
 */
function owed(payment: Payment, now: Date): { dueAt: string; dueShard: string; due?: true } | undefined {
  const dueAt = nextTask(payment)?.dueAt;
  if (!dueAt) return undefined;
  const dueShard = String((createHash('sha256').update(payment.id).digest()[0] ?? 0) % dueShards);
  return { dueAt, dueShard, ...(dueAt <= now.toISOString() && { due: true }) };
}

/**
 * DynamoDB removes the item some time after this moment (TTL: epoch seconds), counted anew with every save, and from the moment on
 * which something is owed to the payment: an order that may be captured for months outlives a short retention.
 */
function expiresAt({ now, retentionDays }: { now: () => Date; retentionDays: number }, dueAt = ''): number {
  const from = Math.max(now().getTime(), Date.parse(dueAt) || 0);
  return Math.floor(from / 1000) + retentionDays * 24 * 3600;
}
