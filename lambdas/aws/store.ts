import { createHash, randomUUID } from 'node:crypto';
import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Payment } from '../payment/payment.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import type { PaymentStore } from '../payment/record.ts';
import { openPayment } from '../payment/record.ts';
import { nextTask } from '../payment/tasks/tasks.ts';
import { isOlderThan, newIncarnation } from './incarnation.ts';

const neverSaved = 'attribute_not_exists(id)'; // two first callbacks at once must not open the payment twice
const unchangedSinceRead = 'version = :read'; // a decision based on an old version must not overwrite a newer one

/** The form of an item. A later version may write a higher number, which a save by this one keeps. */
const itemSchema = 1;

/** Saves that other processes make before a process learns that its own was done. */
const keptSaveIds = 10;

/**
 * One payment, one item of the table whose partition key is `id`; its stream is the outbox. After a refused save the
 * store waits for `pause`, so that the same processes do not collide again at once.
 */
export function paymentStore(options: {
  db: DynamoDBDocumentClient;
  table: string;
  retentionDays: number;
  now: () => Date;
  pause: (attempt: number) => Promise<unknown>;
  /** When the table was restored from a backup: items that are older begin a new incarnation. */
  restoredAt?: Date | undefined;
}): PaymentStore {
  const { db, table: TableName, now, pause, retentionDays, restoredAt } = options;
  const incarnationNow = () => newIncarnation(new Date(Math.max(now().getTime(), restoredAt?.getTime() ?? 0)));
  const paymentIn = (id: PaymentId, item: Record<string, unknown>): Payment => {
    const payment = itemAsPayment(id, item);
    if (!restoredAt || !isOlderThan(payment.incarnation, restoredAt)) return payment;
    return { ...payment, incarnation: incarnationNow(), confirmation: undefined };
  };
  const find: PaymentStore['find'] = async (id) => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
    return Item && paymentIn(id, Item);
  };
  const heldNow = async (id: PaymentId, item: Record<string, AttributeValue> | undefined) =>
    item ? paymentIn(id, unmarshall(item)) : await find(id);
  return {
    find,
    newIncarnation: incarnationNow,
    save: async (payment, attempt = 1) => {
      const saveId = randomUUID().slice(0, 8);
      const saveIds = [...(payment.saveIds ?? []), saveId].slice(-keptSaveIds);
      const saved = { schema: itemSchema, ...payment, version: payment.version + 1, saveIds };
      try {
        await db.send(
          new PutCommand({ TableName, Item: itemOf(saved, { now: now(), retentionDays }), ...onlyAfter(payment) }),
        );
        return { saved };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const held = await heldNow(payment.id, error.Item);
        if (held?.saveIds?.includes(saveId)) return { saved: held }; // it was done, and the client repeated it
        await pause(attempt);
        return { stale: held };
      }
    },
  };
}

/** The condition that nobody saved the payment since it was read as `payment`. */
const onlyAfter = ({ version }: Payment) => ({
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  ...(version === 0
    ? { ConditionExpression: neverSaved }
    : { ConditionExpression: unchangedSinceRead, ExpressionAttributeValues: { ':read': version } }),
});

function itemOf(payment: Payment, { now, retentionDays }: { now: Date; retentionDays: number }) {
  const due = dueAttributes(payment, now);
  return { ...payment, ...due, expiresAt: expiresAt({ now, retentionDays, dueAt: due?.dueAt }) };
}

/** An item of an older version may lack a new field: it gets the field's first value. */
function itemAsPayment(id: PaymentId, item: Record<string, unknown>): Payment {
  const { expiresAt, dueAt, dueShard, due, ...payment } = item;
  return { ...openPayment(id, ''), ...(payment as Payment) };
}

/** How many shards the index of due payments is spread over: each takes 1,000 writes a second. */
export const dueShards = 8;

/**
 * What the index of due payments and the filter of the stream read: when the next task is due, in which shard of the
 * index, and whether it is due already. All absent when there is no task.
 */
function dueAttributes(payment: Payment, now: Date): { dueAt: string; dueShard: string; due?: true } | undefined {
  const dueAt = nextTask(payment)?.dueAt;
  if (!dueAt) return undefined;
  const dueShard = String((createHash('sha256').update(payment.id).digest()[0] ?? 0) % dueShards);
  return { dueAt, dueShard, ...(dueAt <= now.toISOString() && { due: true }) };
}

/**
 * DynamoDB removes the item some time after this moment (TTL: epoch seconds). It is counted anew with every save, and
 * from the next task on: an order that may be captured for months outlives a short retention.
 */
function expiresAt(from: { now: Date; retentionDays: number; dueAt: string | undefined }): number {
  const start = Math.max(from.now.getTime(), Date.parse(from.dueAt ?? '') || 0);
  return Math.floor(start / 1000) + from.retentionDays * 24 * 3600;
}
