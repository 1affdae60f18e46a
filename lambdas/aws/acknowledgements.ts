import type { PaymentId } from '../payment/payment-id.ts';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';


/** Until when it is of use; duty asks within hours. Seconds. */
const life = 30 * 24 * 3600;

const kept = z.catch(z.object({ sequence: z.number() }), { sequence: 0 });

/**
 * How many changes of each payment the bus has taken, as far as the publisher said so. It says so after the fact: what is noted here
 * is on the bus, what is not may be there as well.
 */
export function acknowledgements({
  db,
  table: TableName,
  now,
}: {
  db: DynamoDBDocumentClient;
  table: string;
  now: () => Date;
}) {
  const id = (payment: string) => `published/${payment}`;
  return {
    note: async (payment: string, sequence: number): Promise<void> => {
      const expiresAt = Math.floor(now().getTime() / 1000) + life;
      await db.send(new PutCommand({ TableName, Item: { id: id(payment), sequence, expiresAt } }));
    },
    /** The sequence of the last change that is noted; 0 when none is. */
    last: async (payment: PaymentId): Promise<number> => {
      const { Item } = await db.send(new GetCommand({ TableName, Key: { id: id(payment) }, ConsistentRead: true }));
      return kept.parse(Item).sequence;
    },
  };
}
