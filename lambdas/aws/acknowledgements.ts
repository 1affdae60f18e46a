import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { PaymentId } from '../payment/payment-id.ts';

/** How long an acknowledgement is of use, in seconds; tasks read it within hours. */
const lifetime = 30 * 24 * 3600;

const item = z.catch(z.object({ sequence: z.number() }), { sequence: 0 });

/**
 * How many changes of each payment the bus has accepted, as the publisher saves it after each call. An acknowledged
 * change is on the bus; a change that is not acknowledged may be there as well.
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
  const id = (payment: string) => `acknowledged/${payment}`;
  return {
    save: async (payment: string, sequence: number): Promise<void> => {
      const expiresAt = Math.floor(now().getTime() / 1000) + lifetime;
      await db.send(new PutCommand({ TableName, Item: { id: id(payment), sequence, expiresAt } }));
    },
    /** The sequence of the last acknowledged change; 0 when there is none. */
    last: async (payment: PaymentId): Promise<number> => {
      const { Item } = await db.send(new GetCommand({ TableName, Key: { id: id(payment) }, ConsistentRead: true }));
      return item.parse(Item).sequence;
    },
  };
}
