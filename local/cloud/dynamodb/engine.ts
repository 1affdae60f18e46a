import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { listen } from '../../gateway/listen.ts';
import { AwsError } from '../aws.ts';
import type { Table } from './tables.ts';

/** A DynamoDB that keeps the items: dynalite in this process, or another that speaks its protocol. */
export type Engine = { endpoint: string; stop: () => Promise<void> };

/** The embedded engine; with `path` its tables survive a restart. */
export async function startDynalite(path?: string): Promise<Engine> {
  const { default: dynalite } = await import('dynalite').catch((cause) => {
    throw new Error('the embedded DynamoDB is not installed: npm install --save-dev dynalite@4', { cause });
  });
  const server = dynalite({ createTableMs: 0, ...(path && { path }) });
  return { endpoint: await listen(server), stop: () => drain(server) };
}

/** Closes a server after its last answer: dynalite throws when a request is cut off. */
function drain(server: Server): Promise<void> {
  const closeIdle = setInterval(() => server.closeIdleConnections(), 20);
  return new Promise((resolve) => {
    server.close(() => {
      clearInterval(closeIdle);
      resolve();
    });
  });
}

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

const problem = z.looseObject({ __type: z.string(), message: z._default(z.string(), '') });
const success = z.looseObject({});

/** Calls the engine. @throws AwsError where it answers with one */
export async function callEngine(endpoint: string, operation: string, input: object): Promise<Record<string, unknown>> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` },
    body: JSON.stringify(input),
  });
  const answer: unknown = await response.json();
  if (response.ok) return success.parse(answer);
  const body = problem.parse(answer);
  throw new AwsError(body.__type, body.message, { status: response.status, body });
}

const description = z.object({ Table: z.object({ TableStatus: z.string() }) });

/** Creates a table of the template, unless the engine has it from an earlier run, and waits until it is active. */
export async function createTable(endpoint: string, { name: TableName, definition }: Table): Promise<void> {
  try {
    await callEngine(endpoint, 'CreateTable', { TableName, BillingMode: 'PAY_PER_REQUEST', ...definition });
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'ResourceInUseException')) throw error;
  }
  while (true) {
    const answer = description.parse(await callEngine(endpoint, 'DescribeTable', { TableName }));
    if (answer.Table.TableStatus === 'ACTIVE') return;
    await pause(20);
  }
}

const page = z.object({
  Items: z.array(z.record(z.string(), z.unknown())),
  LastEvaluatedKey: z.optional(z.record(z.string(), z.unknown())),
});

/** Every item of a table. */
export async function scan(endpoint: string, TableName: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = page.parse(
      await callEngine(endpoint, 'Scan', { TableName, ConsistentRead: true, ExclusiveStartKey }),
    );
    items.push(...Items);
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}
