import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { readDeployment } from '../../../local/cloud/deployment.ts';
import { createTable, type Engine, startDynalite } from '../../../local/cloud/dynamodb/engine.ts';
import { ownDatabase } from './own-database.ts';
import { synthesisedOnce } from './template.ts';

/** A DynamoDB on which promises about data are proved. */
export type TestEngine = { name: string; start: () => Promise<Engine> };

const dynalite: TestEngine = { name: 'dynalite', start: () => startDynalite() };

/** The same tests on dynalite and on DynamoDB Local; where that is missing, a skipped test says why. */
export function onEveryEngine(tests: (engine: TestEngine) => void): void {
  describe('on dynalite', () => tests(dynalite));
  const shared = inject('dynamoDbLocal');
  if ('missing' in shared) return void test.skip(`on DynamoDB Local: ${shared.missing}`);
  const start = async () => ownDatabase(await (await fetch(shared.url)).text());
  describe('on DynamoDB Local', () => tests({ name: 'DynamoDB Local', start }));
}

type TableNames = { payments: string; requests: string; tokens: string; progress: string };

/** Creates all tables as the template defines them. */
async function createTables({ endpoint }: Pick<Engine, 'endpoint'>): Promise<TableNames> {
  const { tables } = readDeployment(await synthesisedOnce());
  for (const table of tables) await createTable(endpoint, table);
  const nameOf = (part: string) => tables.find(({ name }) => name.includes(part))?.name ?? part;
  return {
    payments: nameOf('Payments'),
    requests: nameOf('Requests'),
    tokens: nameOf('CustomerTokens'),
    progress: nameOf('Progress'),
  };
}

/** A client for an engine, and the names of the template's tables on it. Both exist while the tests around this call run. */
export function tablesOn({ start }: TestEngine): () => TableNames & { db: DynamoDBDocumentClient } {
  let engine: Engine | undefined;
  let client: DynamoDBClient | undefined;
  let ready: (TableNames & { db: DynamoDBDocumentClient }) | undefined;
  beforeAll(async () => {
    engine = await start();
    const names = await createTables(engine);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'eu-central-1', credentials });
    const db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    ready = { db, ...names };
  });
  afterAll(async () => {
    client?.destroy();
    await engine?.stop();
  });
  return () => {
    if (!ready) throw new Error('the tables exist within tests only');
    return ready;
  };
}
