import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { LastHandled } from 'klarna-relay/events';
import { newShopOrder, type ShopOrder } from './shop-order.ts';
import type { ShopOrders } from './subscriber.ts';

/** The orders in a DynamoDB table with the partition key `payment`. */
export const ordersTable = (db: DynamoDBDocumentClient, TableName: string): ShopOrders => ({
  read: async (payment) => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: { payment }, ConsistentRead: true }));
    return Item ? (Item as ShopOrder) : newShopOrder(payment);
  },

  /** The work and its place in the order are one write: after a crash either both are stored or neither is. */
  save: async (order, { last }) => {
    await db.send(new PutCommand({ TableName, Item: order, ...(last ? isStillAt(last) : isNew) }));
  },
});

/** Of two consumers that read the same order, the second fails; its event comes again and is dropped as a repeat. */
const isNew = { ConditionExpression: 'attribute_not_exists(payment)' };

const isStillAt = ({ incarnation, sequence }: LastHandled) => ({
  ConditionExpression: '#last.incarnation = :incarnation AND #last.#sequence = :sequence',
  ExpressionAttributeNames: { '#last': 'last', '#sequence': 'sequence' },
  ExpressionAttributeValues: { ':incarnation': incarnation, ':sequence': sequence },
});
