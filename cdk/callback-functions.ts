import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { allowThroughDynamoDb, keyUse } from './payments-table.ts';
import { type RelayFunction, type RelayFunctionProps, relayFunction } from './relay-function.ts';

export type CallbackFunctionsProps = Pick<RelayFunctionProps, 'logRetention' | 'removalPolicy'> & {
  readonly relayName: string;
  readonly retentionDays: number;
  readonly payments: Table;
  readonly progress: Table;
  readonly bus: EventBus;
  readonly tableKey: Key;
  readonly sealingKey: Key;
  readonly callbackSecret: Secret;
};

/** What takes callbacks in, and what publishes the changes that they and everything else bring. */
export function callbackFunctions(
  scope: Construct,
  props: CallbackFunctionsProps,
): { receive: RelayFunction; publish: RelayFunction } {
  const { relayName, payments, progress, bus, tableKey, sealingKey, callbackSecret } = props;
  const receive = relayFunction(scope, 'Receive', {
    ...props,
    ...receiving,
    environment: {
      TABLE_NAME: payments.tableName,
      CALLBACK_SECRET_ARN: callbackSecret.secretArn,
      SEALING_KEY_ARN: sealingKey.keyArn,
      RETENTION_DAYS: String(props.retentionDays),
      RELAY_NAME: relayName,
    },
  });
  receive.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], payments.tableArn);
  receive.allow(['secretsmanager:GetSecretValue'], callbackSecret.secretArn);
  receive.allow(['kms:GetPublicKey'], sealingKey.keyArn);
  allowThroughDynamoDb(receive, tableKey, [...keyUse.read, ...keyUse.write]);

  const publish = relayFunction(scope, 'Publish', {
    ...props,
    ...publishing,
    environment: { BUS_NAME: bus.eventBusName, PROGRESS_TABLE: progress.tableName, RELAY_NAME: relayName },
  });
  publish.allow(['events:PutEvents'], bus.eventBusArn);
  publish.allow(['dynamodb:PutItem'], progress.tableArn);
  allowThroughDynamoDb(publish, tableKey, [...keyUse.read, ...keyUse.write]);
  return { receive, publish };
}

type Trade = Pick<RelayFunctionProps, 'handler' | 'errorImpact' | 'timeout' | 'memorySize'>;

const receiving: Trade = {
  handler: 'receive-callback',
  errorImpact:
    'Klarna tries a callback again for some seconds and then never more: shoppers have paid or given up, and the merchant does not know.',
  timeout: Duration.seconds(5), // Klarna hangs up after 2
  memorySize: 1024, // for its share of CPU: cold starts count against those 2 s
};

const publishing: Trade = {
  handler: 'publish-changes',
  errorImpact: 'Subscribers hear of payments late: orders are shipped, or given up, too late. Nothing is lost yet.',
  timeout: Duration.seconds(60),
  memorySize: 512,
};
