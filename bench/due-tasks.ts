import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { duePayments } from '../lambdas/aws/due-index.ts';
import { permits } from '../lambdas/aws/permits.ts';
import { paymentStore } from '../lambdas/aws/store.ts';
import type { RunDueTasksDependencies } from '../lambdas/dependencies/run-due-tasks.ts';
import { runDueTasks } from '../lambdas/handlers/run-due-tasks.ts';
import { klarnaClient } from '../lambdas/klarna/client/client.ts';
import type { Payment } from '../lambdas/payment/payment.ts';
import { callEngine, createTable, startDynalite } from '../local/cloud/dynamodb/engine.ts';
import type { Table } from '../local/cloud/dynamodb/tables.ts';
import { applyAll, minute, paymentIdOf, readHint } from '../test/support/builders/reports.ts';
import { median } from './median.ts';

/** The cost of one run of due tasks: milliseconds, calls to DynamoDB, and the items that those calls read. */
export type DueTasksRun = { ms: number; dynamoDbCalls: number; itemsRead: number };

const due = 100;
const rounds = 5;

/** An hour after the payments were opened, and one second later in each round, so that each has Klarna's full rate. */
let passed = 0;
const now = () => new Date(Date.parse(minute(60)) + passed);

/**
 * One run over a table with `stored` payments. 100 of them have a due task, a tenth of the others a later one, the rest none. The
 * handler, store, index, permits and client are the product's. DynamoDB is dynalite in memory, over HTTP, and Klarna answers at once.
 */
export async function dueTasksRun(tables: Table[], stored: number): Promise<DueTasksRun> {
  const engine = await startDynalite();
  try {
    for (const table of tables) await createTable(engine.endpoint, table);
    const name = (part: string) => tables.find((table) => table.name.includes(part))?.name ?? part;
    await fill(engine.endpoint, name('Payments'), stored - due);
    return await measure({ endpoint: engine.endpoint, payments: name('Payments'), progress: name('Progress') });
  } finally {
    await engine.stop();
  }
}

/** Stores payments without a due task, 25 to a call, eight calls at once. */
async function fill(endpoint: string, table: string, count: number): Promise<void> {
  const { payment } = applyAll({ ...readHint('session', 1), facts: { hpp_session_id: 'h' } });
  const item = (n: number) => ({
    ...payment,
    id: `stored-${n}`,
    version: 1,
    ...(n % 10 === 0 && { dueAt: minute(600 + (n % 600)), dueShard: String((n / 10) % 8) }),
  });
  let next = 0;
  const worker = async () => {
    for (let from = next; from < count; from = next) {
      next += 25;
      const numbers = Array.from({ length: Math.min(25, count - from) }, (_, n) => from + n);
      const Requests = numbers.map((n) => ({
        PutRequest: { Item: marshall(item(n), { removeUndefinedValues: true }) },
      }));
      await callEngine(endpoint, 'BatchWriteItem', { RequestItems: { [table]: Requests } });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

async function measure(at: { endpoint: string; payments: string; progress: string }): Promise<DueTasksRun> {
  const { client, takeCounts } = countingClient(at.endpoint);
  const db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const dependencies = dependenciesOf(db, at);
  const runs: DueTasksRun[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let n = 0; n < due; n++) await dependencies.store.save(duePayment(`due-${round}-${n}`));
    passed += 1000;
    takeCounts();
    const start = performance.now();
    await runDueTasks(dependencies)({ scheduled: true }, { getRemainingTimeInMillis: () => 120_000 });
    runs.push({ ms: performance.now() - start, ...takeCounts() });
  }
  client.destroy();
  const of = (name: keyof DueTasksRun) => Math.round(median(runs.map((run) => run[name])));
  return { ms: of('ms'), dynamoDbCalls: of('dynamoDbCalls'), itemsRead: of('itemsRead') };
}

/** A payment whose session is to be read now. */
const duePayment = (name: string): Payment => ({
  ...applyAll({ ...readHint('session', 1), facts: { hpp_session_id: 'h' } }).payment,
  id: paymentIdOf(name),
});

/** The dependencies that reading a session needs. */
function dependenciesOf(
  db: DynamoDBDocumentClient,
  { payments: table, progress }: { payments: string; progress: string },
) {
  const store = paymentStore({ db, table, retentionDays: 1000, now, pause: async () => undefined });
  const klarna = klarnaClient({
    accounts: { default: { region: 'eu', environment: 'production', username: 'u', password: 'p' } },
    now,
    permit: permits({ db, table: progress, now, pause: async () => undefined }),
    fetch: async () => Response.json({ session_id: 'h', status: 'WAITING', updated_at: now().toISOString() }),
  });
  const dependencies: Partial<RunDueTasksDependencies> & Pick<RunDueTasksDependencies, 'store'> = {
    store,
    klarna,
    now,
    random: Math.random,
    logger: () => undefined,
    due: duePayments({ db, table, index: 'due' }),
  };
  return dependencies as RunDueTasksDependencies;
}

/** Counts the calls and the items that they returned. `takeCounts` returns both counts and sets them to zero. */
function countingClient(endpoint: string) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });
  let counted = { dynamoDbCalls: 0, itemsRead: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { ScannedCount = 0, Item } = result.output as { ScannedCount?: number; Item?: unknown };
      counted.dynamoDbCalls += 1;
      counted.itemsRead += ScannedCount + (Item ? 1 : 0);
      return result;
    },
    { step: 'initialize' },
  );
  const takeCounts = () => {
    const before = counted;
    counted = { dynamoDbCalls: 0, itemsRead: 0 };
    return before;
  };
  return { client, takeCounts };
}
