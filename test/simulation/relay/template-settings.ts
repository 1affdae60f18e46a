import type { Pattern } from '../../../local/cloud/dynamodb/filter.ts';
import type { Table } from '../../../local/cloud/dynamodb/tables.ts';
import type { MemoryTable } from '../aws/dynamodb.ts';

// These settings repeat the template's: test/simulation/relay/template-settings.test.ts compares them. A run that read the
// template itself would have to synthesise it first.

/** How long each function may run, milliseconds. */
export const functionTimeouts = {
  'receive-callback': 5000,
  'create-payment': 29_000,
  'operate-payment': 29_000,
  'charge-token': 29_000,
  'read-payment': 29_000,
  'publish-changes': 60_000,
  'run-due-tasks': 120_000,
};
export type HandlerName = keyof typeof functionTimeouts;

export const tables = { payments: 'payments', requests: 'requests', tokens: 'tokens', progress: 'progress' } as const;

export const tableDefinitions: (MemoryTable & { name: keyof typeof tables })[] = [
  { name: tables.payments, indexes: { due: { hash: 'dueShard', range: 'dueAt', keysOnly: true } } },
  { name: tables.requests },
  { name: tables.tokens, indexes: { customer: { hash: 'customer', range: 'createdAt' } } },
  { name: tables.progress },
];

/** The payments table as the code of the local stream takes it. */
export const streamedTable: Table = {
  name: tables.payments,
  arn: 'arn:payments',
  definition: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [] },
  stream: { arn: 'arn:payments/stream', view: 'NEW_AND_OLD_IMAGES' },
};

/** How Lambda reads the table's stream for publish-changes (`outbox`) and for run-due-tasks (`due`). */
export const mappings = {
  outbox: {
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    ParallelizationFactor: 10,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures' as const],
    MaximumRecordAgeInSeconds: 23 * 3600,
    MaximumRetryAttempts: -1,
    filters: [] as Pattern[],
  },
  due: {
    StartingPosition: 'LATEST',
    BatchSize: 10,
    ParallelizationFactor: 2,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures' as const],
    MaximumRecordAgeInSeconds: 3600,
    MaximumRetryAttempts: 2,
    filters: [{ dynamodb: { NewImage: { due: { BOOL: [true] } } } }] as Pattern[],
  },
};
export type StreamReader = keyof typeof mappings;
