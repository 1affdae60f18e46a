import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** Finds the payments that have a due task. */
export const dueIndex = 'due';

/** One item per payment, encrypted with a key of its own; the table's stream is the outbox. */
export function paymentsTable(scope: Construct, removalPolicy: RemovalPolicy): { table: Table; key: Key } {
  const key = new Key(scope, 'TableKey', {
    description: `Encrypts the Klarna payments of ${scope.node.path}`,
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
  // Sparse: only payments with a task have these attributes (lambdas/aws/store.ts).
  table.addGlobalSecondaryIndex({
    indexName: dueIndex,
    partitionKey: { name: 'dueShard', type: AttributeType.STRING },
    sortKey: { name: 'dueAt', type: AttributeType.STRING },
    projectionType: ProjectionType.KEYS_ONLY,
  });
  return { table, key };
}
