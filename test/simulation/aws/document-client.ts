import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { RunContext } from '../deterministic/run-context.ts';
import { tables } from '../relay/template-settings.ts';
import type { MemoryDb } from './dynamodb.ts';
import type { Process } from './process.ts';
import { type ClientSettings, clientWith, dynamoDbService, sendCommand, TransientAwsError } from './sdk-client.ts';

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
      act: () => {
        if (writesNote(command) && run.faults.isDown('notes down')) throw new TransientAwsError('InternalServerError');
        return db.execute(command);
      },
    }),
  );

/** The publisher notes in the progress table what the bus has accepted. */
const writesNote = (command: object) => command instanceof PutCommand && command.input.TableName === tables.progress;

type Keyed = { input?: { Key?: { id?: unknown }; Item?: { id?: unknown } } };

/** The payment that a command concerns: `<payment>`, `<payment>/<request>` and `acknowledged/<payment>` are ids of items. */
function paymentIn(command: object): string | undefined {
  const { input }: Keyed = command;
  const id = input?.Key?.id ?? input?.Item?.id;
  return typeof id === 'string' ? id.replace(/^acknowledged\//, '').split('/')[0] : undefined;
}
