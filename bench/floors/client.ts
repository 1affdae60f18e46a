import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The cold floor: no function can use the table with less. */
export const handler = new DynamoDBClient();
