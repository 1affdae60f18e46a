import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { newShopOrder, type ShopOrder } from './shop-order.ts';
import type { ShopOrders } from './subscriber.ts';

/** The orders in a DynamoDB table with the partition key `payment`. */
export const ordersTable = (db: DynamoDBDocumentClient, TableName: string): ShopOrders => ({
  read: async (payment) => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: { payment }, ConsistentRead: true }));
    return Item ? (Item as ShopOrder) : newShopOrder(payment);
  },

  /** The work and its sequence are one write: after a crash either both are stored or neither is. */
  save: async (order, { sequence }) => {
    const condition =
      sequence === 0
        ? { ConditionExpression: 'attribute_not_exists(payment)' }
        : { ConditionExpression: '#sequence = :sequence', ...isSequence(sequence) };
    await db.send(new PutCommand({ TableName, Item: order, ...condition }));
  },
});

const isSequence = (sequence: number) => ({
  ExpressionAttributeNames: { '#sequence': 'sequence' },
  ExpressionAttributeValues: { ':sequence': sequence },
});
