import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dueShards } from './store.ts';

const keys = z.object({ id: z.string(), dueAt: z.string() });

/**
 * The ids of payments with a task due by now, longest overdue first; at most `most`. The work grows with what is due
 * and not with what is stored: one query per shard of the sparse index.
 */
export const duePayments =
  ({ db, table: TableName, index: IndexName }: { db: DynamoDBDocumentClient; table: string; index: string }) =>
  async ({ now, most }: { now: Date; most: number }): Promise<string[]> => {
    const inShard = async (shard: number) => {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName,
          IndexName,
          KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
          ExpressionAttributeValues: { ':shard': String(shard), ':now': now.toISOString() },
          Limit: most,
        }),
      );
      return Items.map((item) => keys.parse(item));
    };
    const due = (await Promise.all(Array.from({ length: dueShards }, (_, shard) => inShard(shard)))).flat();
    return due
      .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
      .slice(0, most)
      .map(({ id }) => id);
  };
