import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { RelayFunction } from './relay-function.ts';

export type PaymentsTable = { readonly table: Table; readonly key: Key };

/** One item per payment, under a key of its own; the stream of its changes is the outbox. */
export function paymentsTable(scope: Construct, removalPolicy: RemovalPolicy): PaymentsTable {
  const key = new Key(scope, 'TableKey', {
    description: `Klarna payments of ${scope.node.path}`,
    enableKeyRotation: true,
    removalPolicy,
  });
  const table = new Table(scope, 'Payments', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'expiresAt',
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    removalPolicy,
  });
  // Sparse: only payments to which something is owed have these attributes (lambdas/aws/store.ts).
  table.addGlobalSecondaryIndex({
    indexName: dueIndex,
    partitionKey: { name: 'dueShard', type: AttributeType.STRING },
    sortKey: { name: 'dueAt', type: AttributeType.STRING },
    projectionType: ProjectionType.KEYS_ONLY,
  });
  return { table, key };
}

/** Finds the payments to which something is owed. */
export const dueIndex = 'due';

/** DynamoDB opens and closes items with its caller's right to the key. */
export const keyUse = {
  read: ['kms:Decrypt', 'kms:DescribeKey'],
  write: [
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
};

/**
 * Lets a function use the key through DynamoDB and in no other way. It stands in the key's policy, so that the role itself
 * holds no kms:Decrypt that a later key with a trusting policy would honour.
 */
export function allowThroughDynamoDb({ role }: RelayFunction, key: Key, actions: string[]): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ArnPrincipal(role.roleArn)],
      actions,
      resources: ['*'],
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(key).region}.amazonaws.com` } },
    }),
  );
}
