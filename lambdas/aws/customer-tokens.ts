import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';

/** A customer token as it is kept: under our own id, Klarna's sealed in it. */
type Kept = { id: string; customer?: string | undefined; createdAt: string };

/** The most that one answer lists; a customer of one merchant has a few tokens. */
const mostListed = 100;

/** The customer tokens of one table, whose index `customer` lists those of one customer, newest first. */
export const customerTokens = <Token extends Kept>({
  db,
  table: TableName,
}: {
  db: DynamoDBDocumentClient;
  table: string;
}) => ({
  find: async (id: string): Promise<Token | undefined> => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
    return Item as Token | undefined;
  },
  save: async (token: Token): Promise<void> => {
    await db.send(new PutCommand({ TableName, Item: token }));
  },
  of: async (customer: string): Promise<Token[]> => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName,
        IndexName: 'customer',
        KeyConditionExpression: 'customer = :customer',
        ExpressionAttributeValues: { ':customer': customer },
        ScanIndexForward: false,
        Limit: mostListed,
      }),
    );
    return Items as Token[];
  },
});
