import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The cold floor: nothing can use the table without this much. */
export const handler = new DynamoDBClient();
