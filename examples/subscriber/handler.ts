import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ordersTable } from './orders-table.ts';
import { subscriber } from './subscriber.ts';

const { ORDERS_TABLE } = process.env;
if (!ORDERS_TABLE) throw new Error('ORDERS_TABLE is not set');

/** The Lambda function that examples/cdk-app deploys. */
export const handler = subscriber(ordersTable(DynamoDBDocumentClient.from(new DynamoDBClient({})), ORDERS_TABLE));
