import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { CustomerToken } from '../payment/customer-token.ts';

/** The most that one answer lists; a customer of one merchant has a few tokens. */
const maxListed = 100;

/** The customer tokens of one table, whose index `customer` lists those of one customer, newest first. */
export const customerTokens = ({ db, table: TableName }: { db: DynamoDBDocumentClient; table: string }) => ({
  find: async (id: string): Promise<CustomerToken | undefined> => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
    return Item as CustomerToken | undefined;
  },
  save: async (token: CustomerToken): Promise<void> => {
    await db.send(new PutCommand({ TableName, Item: token }));
  },
  list: async (customer: string): Promise<CustomerToken[]> => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName,
        IndexName: 'customer',
        KeyConditionExpression: 'customer = :customer',
        ExpressionAttributeValues: { ':customer': customer },
        ScanIndexForward: false,
        Limit: maxListed,
      }),
    );
    return Items as CustomerToken[];
  },
});
