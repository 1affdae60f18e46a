import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

const tableProps = (encryptionKey: Key) => ({
  partitionKey: { name: 'id', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  encryption: TableEncryption.CUSTOMER_MANAGED,
  encryptionKey,
});

/**
 * Sealed requests to Klarna that may have to be repeated, with order lines and addresses. An item is deleted after use,
 * so the table has no backup and goes with the stack.
 */
export const requestsTable = (scope: Construct, key: Key): Table =>
  shortLivedTable(scope, { id: 'Requests', key, reason: 'personal data: a deleted item must be gone' });

/**
 * How many changes of each payment are published, and how much of Klarna's rate each second has used. The table may be
 * lost: changes that it no longer confirms are published again.
 */
export const progressTable = (scope: Construct, key: Key): Table =>
  shortLivedTable(scope, { id: 'Progress', key, reason: 'may be lost: the payments hold their changes themselves' });

function shortLivedTable(scope: Construct, { id, key, reason }: { id: string; key: Key; reason: string }): Table {
  const table = new Table(scope, id, {
    ...tableProps(key),
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: RemovalPolicy.DESTROY,
  });
  Validations.of(table).acknowledge(
    { id: 'AwsSolutions-DDB3', reason },
    { id: 'Serverless-DynamoDBPITREnabled', reason },
  );
  return table;
}

/** Lists the customer tokens of one customer. */
export const customerIndex = 'customer';

/**
 * Sealed customer tokens. They can be charged until they are cancelled, so the table has a backup and outlives the
 * stack.
 */
export function customerTokensTable(scope: Construct, key: Key, removalPolicy: RemovalPolicy): Table {
  const table = new Table(scope, 'CustomerTokens', {
    ...tableProps(key),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    removalPolicy,
  });
  table.addGlobalSecondaryIndex({
    indexName: customerIndex,
    partitionKey: { name: 'customer', type: AttributeType.STRING },
    sortKey: { name: 'createdAt', type: AttributeType.STRING },
  });
  return table;
}
