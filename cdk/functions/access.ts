import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { dueIndex } from '../payments-table.ts';
import { customerIndex } from '../side-tables.ts';
import { version } from './package-file.ts';
import { onIndex, onTable, opening, type Right, reading, sealing } from './rights.ts';

/** Everything that functions work with. */
export type FunctionResources = {
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
  readonly retentionDays: number;
  /** @default - the payments were never restored from a backup */
  readonly restoredAt?: string | undefined;
  /** What minted URLs start with. */
  readonly publicUrl: string;
  /** @default - the host of each account's region and environment */
  readonly klarnaApiUrl?: string | undefined;
};

/** One kind of access: what a function finds in its environment, and what it may do there. */
export type Access = {
  readonly environment?: Record<string, string>;
  readonly rights: Right[];
  /** How DynamoDB uses the tables' key for the function. */
  readonly tableKey?: 'read' | 'write';
};

export type AccessKind = keyof ReturnType<typeof accessTo>;

/** Every kind of access; definitions.ts says which function has which. */
export const accessTo = (resources: FunctionResources) => ({
  ...paymentAccess(resources),
  ...klarnaAccess(resources),
  ...tokenAccess(resources),
  ...changeAccess(resources),
});

const paymentAccess = ({ payments, retentionDays, restoredAt }: FunctionResources) =>
  ({
    readPayments: {
      environment: { TABLE_NAME: payments.tableName },
      rights: [onTable(payments, 'GetItem')],
      tableKey: 'read',
    },
    savePayments: {
      environment: {
        TABLE_NAME: payments.tableName,
        RETENTION_DAYS: String(retentionDays),
        ...(restoredAt && { RESTORED_AT: restoredAt }),
      },
      rights: [onTable(payments, 'GetItem', 'PutItem')],
      tableKey: 'write',
    },
    findDuePayments: { environment: { DUE_INDEX: dueIndex }, rights: [onIndex(payments, dueIndex)], tableKey: 'read' },
  }) satisfies Record<string, Access>;

const klarnaAccess = ({
  accountsSecret,
  callbackSecret,
  klarnaApiUrl,
  progress,
  publicUrl,
  requests,
}: FunctionResources) => {
  const callbackKeys = {
    environment: { CALLBACK_SECRET_ARN: callbackSecret.secretArn },
    rights: [reading(callbackSecret)],
  };
  const onRequests = (action: string, tableKey: 'read' | 'write') => ({
    environment: { REQUESTS_TABLE: requests.tableName },
    rights: [onTable(requests, action)],
    tableKey,
  });
  return {
    askKlarna: {
      environment: {
        ACCOUNTS_SECRET_ARN: accountsSecret.secretArn,
        RELAY_VERSION: version, // for the User-Agent of calls to Klarna
        ...(klarnaApiUrl && { KLARNA_API_URL: klarnaApiUrl }),
      },
      rights: [reading(accountsSecret)],
    },
    shareKlarnaRate: {
      environment: { PROGRESS_TABLE: progress.tableName },
      rights: [onTable(progress, 'UpdateItem')],
      tableKey: 'write',
    },
    /** Proves callback and status URLs. */
    callbackKeys,
    mintUrls: { ...callbackKeys, environment: { ...callbackKeys.environment, PUBLIC_URL: publicUrl } },
    keepRequests: onRequests('PutItem', 'write'),
    readRequests: onRequests('GetItem', 'read'),
    deleteRequests: onRequests('DeleteItem', 'write'),
  } satisfies Record<string, Access>;
};

const tokenAccess = ({ tokens, sealingKey, customerTokenKey }: FunctionResources) =>
  ({
    sealTokens: { environment: { SEALING_KEY_ARN: sealingKey.keyArn }, rights: [sealing(sealingKey)] },
    openTokens: { rights: [opening(sealingKey)] },
    spendCustomerTokens: {
      environment: { TOKENS_TABLE: tokens.tableName, TOKEN_KEY_ARN: customerTokenKey.keyArn },
      rights: [onTable(tokens, 'GetItem', 'PutItem'), opening(customerTokenKey)],
      tableKey: 'write',
    },
    listCustomerTokens: { rights: [onIndex(tokens, customerIndex)], tableKey: 'read' },
    sealCustomerTokens: { rights: [sealing(customerTokenKey)] },
  }) satisfies Record<string, Access>;

const changeAccess = ({ bus, progress }: FunctionResources) =>
  ({
    publishEvents: {
      environment: { BUS_NAME: bus.eventBusName },
      rights: [{ actions: ['events:PutEvents'], resource: bus.eventBusArn }],
    },
    saveProgress: {
      environment: { PROGRESS_TABLE: progress.tableName },
      rights: [onTable(progress, 'PutItem')],
      tableKey: 'write',
    },
    readProgress: {
      environment: { PROGRESS_TABLE: progress.tableName },
      rights: [onTable(progress, 'GetItem')],
      tableKey: 'read',
    },
  }) satisfies Record<string, Access>;
