import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { allowThroughDynamoDb, dueIndex, keyUse } from './payments-table.ts';
import { type RelayFunction, type RelayFunctionProps, relayFunction } from './relay-function.ts';

export type PaymentFunctionsProps = Pick<RelayFunctionProps, 'logRetention' | 'removalPolicy'> & {
  readonly relayName: string;
  readonly retentionDays: number;
  /** What minted URLs start with. */
  readonly publicUrl: string;
  /** Another Klarna than Klarna's own hosts. */
  readonly klarnaApiUrl?: string | undefined;
  readonly payments: Table;
  readonly requests: Table;
  readonly tokens: Table;
  readonly progress: Table;
  readonly bus: EventBus;
  readonly tableKey: Key;
  readonly sealingKey: Key;
  readonly customerTokenKey: Key;
  readonly callbackSecret: Secret;
  readonly accountsSecret: Secret;
};

export type PaymentFunctions = Record<'create' | 'operate' | 'read' | 'charge' | 'advance', RelayFunction>;

/** The functions that talk to Klarna, and the one that shows a payment; each may do what it does and no more. */
export function paymentFunctions(scope: Construct, props: PaymentFunctionsProps): PaymentFunctions {
  const {
    payments,
    requests,
    tokens,
    progress,
    bus,
    tableKey,
    sealingKey,
    customerTokenKey,
    callbackSecret,
    accountsSecret,
  } = props;
  const own = { RELAY_NAME: props.relayName, TABLE_NAME: payments.tableName };
  const kept = { ...own, RETENTION_DAYS: String(props.retentionDays) };
  const minting = { CALLBACK_SECRET_ARN: callbackSecret.secretArn, PUBLIC_URL: props.publicUrl };
  const talking = {
    ...kept,
    ...(props.klarnaApiUrl && { KLARNA_API_URL: props.klarnaApiUrl }),
    ACCOUNTS_SECRET_ARN: accountsSecret.secretArn,
    REQUESTS_TABLE: requests.tableName,
    SEALING_KEY_ARN: sealingKey.keyArn,
  };
  const opening = { ...talking, ...minting, TOKENS_TABLE: tokens.tableName, TOKEN_KEY_ARN: customerTokenKey.keyArn };
  const built = (id: string, trade: Trade, environment: Record<string, string>) =>
    relayFunction(scope, id, { ...props, ...trade, environment });

  const create = built('Create', creating, { ...talking, ...minting });
  const operate = built('Operate', operating, talking);
  const read = built('ReadPayment', reading, { ...own, CALLBACK_SECRET_ARN: callbackSecret.secretArn });
  const charge = built('Charge', charging, opening);
  const sweeping = { DUE_INDEX: dueIndex, PROGRESS_TABLE: progress.tableName, BUS_NAME: bus.eventBusName };
  const advance = built('Advance', advancing, { ...opening, ...sweeping });

  for (const writer of [create, operate, charge, advance]) {
    writer.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], payments.tableArn);
    writer.allow(['secretsmanager:GetSecretValue'], accountsSecret.secretArn);
    writer.allow(['kms:GetPublicKey'], sealingKey.keyArn);
    allowThroughDynamoDb(writer, tableKey, [...keyUse.read, ...keyUse.write]);
  }
  read.allow(['dynamodb:GetItem'], payments.tableArn);
  allowThroughDynamoDb(read, tableKey, keyUse.read);
  for (const minter of [create, read, charge, advance]) {
    minter.allow(['secretsmanager:GetSecretValue'], callbackSecret.secretArn);
  }
  create.allow(['dynamodb:PutItem'], requests.tableArn);
  operate.allow(['dynamodb:PutItem', 'dynamodb:DeleteItem'], requests.tableArn);
  charge.allow(['dynamodb:PutItem', 'dynamodb:DeleteItem'], requests.tableArn);
  advance.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], requests.tableArn);
  for (const spender of [charge, advance]) {
    spender.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], tokens.tableArn);
    allowOpening(spender, customerTokenKey);
  }
  charge.allow(['dynamodb:Query'], `${tokens.tableArn}/index/customer`);
  advance.allow(['dynamodb:Query'], `${payments.tableArn}/index/${dueIndex}`);
  advance.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], progress.tableArn);
  advance.allow(['events:PutEvents'], bus.eventBusArn);
  advance.allow(['kms:GetPublicKey'], customerTokenKey.keyArn);
  allowOpening(advance, sealingKey);
  return { create, operate, read, charge, advance };
}

/** Opening content keys as we seal them, and nothing else that kms:Decrypt could do. */
function allowOpening({ role }: RelayFunction, key: Key): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' } },
    }),
  );
}

type Trade = Pick<RelayFunctionProps, 'handler' | 'errorImpact' | 'timeout' | 'memorySize'>;

/** An HTTP API waits 30 s for an answer. */
const whileTheCallerWaits = { timeout: Duration.seconds(29), memorySize: 1024 };

const creating: Trade = {
  handler: 'create-payment',
  errorImpact: 'Shoppers cannot pay with Klarna: the shop gets no page to send them to.',
  ...whileTheCallerWaits,
};

const operating: Trade = {
  handler: 'operate-payment',
  errorImpact: 'Captures and refunds do not go through at once: goods wait, or shoppers wait for their money.',
  ...whileTheCallerWaits,
};

const reading: Trade = {
  handler: 'read-payment',
  errorImpact: 'Shoppers who come back do not see whether they have paid; the payments themselves go on.',
  timeout: Duration.seconds(5),
  memorySize: 1024,
};

const charging: Trade = {
  handler: 'charge-token',
  errorImpact: 'Subscriptions are not charged: the merchant is not paid, or the customer loses the service.',
  ...whileTheCallerWaits,
};

const advancing: Trade = {
  handler: 'advance-payments',
  errorImpact:
    'Orders are not placed from their authorizations, which die after an hour; what no callback told is not learned.',
  timeout: Duration.seconds(120),
  memorySize: 512,
};
