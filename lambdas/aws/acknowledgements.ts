import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Payment } from '../payment/payment.ts';

/** How long an acknowledgement is of use, in seconds; tasks read it within hours. */
const lifetime = 30 * 24 * 3600;

/** A note is of one incarnation: that of an item that was deleted or replaced silences nothing. */
export type Noted = Pick<Payment, 'id' | 'incarnation'>;

const item = z.catch(z.object({ accepted: z.number() }), { accepted: 0 });

/** The note only grows: a slow process does not take back what another has noted. */
const isFurther = 'attribute_not_exists(accepted) OR accepted < :accepted';

/**
 * How many changes of each payment the bus has accepted, as the publisher notes it after each batch: `n` means that all
 * of the changes 1 to n are on the bus. Later ones may be there as well.
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
  const keyOf = ({ id, incarnation }: Noted) => `acknowledged/${id}/${incarnation}`;
  return {
    save: async (payment: Noted, accepted: number): Promise<void> => {
      const expiresAt = Math.floor(now().getTime() / 1000) + lifetime;
      const condition = { ConditionExpression: isFurther, ExpressionAttributeValues: { ':accepted': accepted } };
      await db
        .send(new PutCommand({ TableName, Item: { id: keyOf(payment), accepted, expiresAt }, ...condition }))
        .catch(ignoreRefusal);
    },
    /** The sequence up to which every change is acknowledged; 0 when there is no note. */
    last: async (payment: Noted): Promise<number> => {
      const { Item } = await db.send(new GetCommand({ TableName, Key: { id: keyOf(payment) }, ConsistentRead: true }));
      return item.parse(Item).accepted;
    },
  };
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}
