import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';

/** How many seconds a caller waits for a permit before it is refused. */
const maxSeconds = 5;

const attributes = z.object({ taken: z.number() });

/**
 * Permits to call Klarna, shared by all runs that use the same table, for each account and operation on its own. Calls
 * in the same second share a counter; a call whose number is too high waits for the next second.
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
  const countIn = async (second: number, name: string): Promise<number> => {
    const { Attributes } = await db.send(
      new UpdateCommand({
        TableName,
        Key: { id: `rate/${name}/${second}` },
        UpdateExpression: 'ADD taken :one SET expiresAt = :soon',
        ExpressionAttributeValues: { ':one': 1, ':soon': second + 600 },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return attributes.parse(Attributes).taken;
  };
  return async (call: { account: string; operation: string; perSecond: number }): Promise<boolean> => {
    const name = `${call.account}/${call.operation}`;
    for (let tries = 0; tries < maxSeconds; tries++) {
      const second = Math.floor(now().getTime() / 1000);
      if ((await countIn(second, name)) <= call.perSecond) return true;
      await pause((second + 1) * 1000 - now().getTime());
    }
    return false;
  };
}
