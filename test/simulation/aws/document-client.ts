import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RunContext } from '../deterministic/run-context.ts';
import type { MemoryDb } from './dynamodb.ts';
import type { Process } from './process.ts';
import { type ClientSettings, clientWith, dynamoDbService, sendCommand } from './sdk-client.ts';

/** The document client of one process, with the faults that DynamoDB and the network to it may have. */
export const simulatedDocumentClient = (
  run: RunContext,
  { db, process, settings }: { db: MemoryDb; process: Process; settings: ClientSettings },
): DynamoDBDocumentClient =>
  clientWith((command: object) =>
    sendCommand(run, process, {
      service: dynamoDbService,
      settings,
      step: `DynamoDB ${command.constructor.name.replace('Command', '')}`,
      payment: paymentIn(command),
      act: () => db.execute(command),
    }),
  );

type Keyed = { input?: { Key?: { id?: unknown }; Item?: { id?: unknown } } };

/** The payment that a command concerns: `<payment>`, `<payment>/<request>` and `acknowledged/<payment>` are ids of items. */
function paymentIn(command: object): string | undefined {
  const { input }: Keyed = command;
  const id = input?.Key?.id ?? input?.Item?.id;
  return typeof id === 'string' ? id.replace(/^acknowledged\//, '').split('/')[0] : undefined;
}
