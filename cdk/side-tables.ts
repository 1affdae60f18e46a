import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What they have in common. */
const kept = (encryptionKey: Key) => ({
  partitionKey: { name: 'id', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  encryption: TableEncryption.CUSTOMER_MANAGED,
  encryptionKey,
});

/**
 * What must be sent to Klarna once more, sealed, until it is sent: lines and addresses. It holds nothing that outlives its use,
 * so it goes with the stack and has no backup.
 */
export function requestsTable(scope: Construct, key: Key): Table {
  const table = new Table(scope, 'Requests', {
    ...kept(key),
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: RemovalPolicy.DESTROY,
  });
  Validations.of(table).acknowledge(
    { id: 'AwsSolutions-DDB3', reason: 'personal data: what is deleted must be gone' },
    { id: 'Serverless-DynamoDBPITREnabled', reason: 'personal data: what is deleted must be gone' },
  );
  return table;
}

/**
 * How far each payment's changes were published, and how much of Klarna's rate is used up in this second. It can be lost: what is
 * missing is published once more.
 */
export function progressTable(scope: Construct, key: Key): Table {
  const table = new Table(scope, 'Progress', {
    ...kept(key),
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const reason = 'it can be lost: the payments themselves hold what is published';
  Validations.of(table).acknowledge(
    { id: 'AwsSolutions-DDB3', reason },
    { id: 'Serverless-DynamoDBPITREnabled', reason },
  );
  return table;
}

/** Customer tokens, sealed: they are money until somebody cancels them. */
export function customerTokensTable(scope: Construct, key: Key, removalPolicy: RemovalPolicy): Table {
  const table = new Table(scope, 'CustomerTokens', {
    ...kept(key),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    removalPolicy,
  });
  table.addGlobalSecondaryIndex({
    indexName: 'customer',
    partitionKey: { name: 'customer', type: AttributeType.STRING },
    sortKey: { name: 'createdAt', type: AttributeType.STRING },
  });
  return table;
}
