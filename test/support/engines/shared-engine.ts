import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import type { Engine } from '../../../local/cloud/dynamodb/engine.ts';
import { close, listen } from '../../../local/gateway/listen.ts';
import { missingDynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';

/** Where test files get the address of the one DynamoDB Local, or why there is none. */
type SharedEngine = { url: string } | { missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    dynamoDbLocal: SharedEngine;
  }
}

/** One DynamoDB Local for all test files: its JVM takes three seconds of CPU to start. It starts when a file first asks for it. */
export default async function shareEngine({ provide }: TestProject): Promise<() => Promise<void>> {
  const missing = missingDynamoDbLocal();
  if (missing) {
    provide('dynamoDbLocal', { missing });
    return async () => undefined;
  }
  let running: Promise<Engine> | undefined;
  const server = createServer(async (_, response) => {
    running ??= startDynamoDbLocal();
    const engine = await running.catch(() => undefined);
    if (engine) response.end(engine.endpoint);
    else response.writeHead(503).end();
  });
  provide('dynamoDbLocal', { url: await listen(server) });
  return async () => {
    await close(server);
    await (await running)?.stop();
  };
}
