import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';

/** Seconds in which a caller may find nothing left, before it is told to come back later. */
const patience = 5;

const counted = z.object({ taken: z.number() });

/**
 * Gives out a rate that is shared by everybody who asks the same table, for each account and operation on its own: who calls in
 * the same second takes a number of the same counter, and whose number is too high waits for the next second.
 */
export function permits({
  db,
  table: TableName,
  now,
  pause,
}: {
  db: DynamoDBDocumentClient;
  table: string;
  now: () => Date;
  /** Milliseconds. */
  pause: (ms: number) => Promise<unknown>;
}) {
  const numberIn = async (second: number, name: string): Promise<number> => {
    const { Attributes } = await db.send(
      new UpdateCommand({
        TableName,
        Key: { id: `rate/${name}/${second}` },
        UpdateExpression: 'ADD taken :one SET expiresAt = :soon',
        ExpressionAttributeValues: { ':one': 1, ':soon': second + 600 },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return counted.parse(Attributes).taken;
  };
  return async (asked: { account: string; operation: string; perSecond: number }): Promise<boolean> => {
    const name = `${asked.account}/${asked.operation}`;
    for (let tries = 0; tries < patience; tries++) {
      const second = Math.floor(now().getTime() / 1000);
      if ((await numberIn(second, name)) <= asked.perSecond) return true;
      await pause((second + 1) * 1000 - now().getTime());
    }
    return false;
  };
}
