import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { acknowledgements } from '../aws/acknowledgements.ts';
import { outbox } from '../aws/outbox.ts';
import { patient } from '../aws/timeouts.ts';
import { type Environment, requireEnv, now } from '../handlers/lambda-handler.ts';
import { type Logger, jsonLogger } from '../logging/logger.ts';

export type PublishChangesDependencies = {
  publish: ReturnType<typeof outbox>;
  /** Notes the last change of a payment that the bus has taken. */
  acknowledge: (payment: string, sequence: number) => Promise<void>;
  journal: Logger;
};

/** What the outbox needs. */
export async function publishChangesDependencies(env: Environment): Promise<PublishChangesDependencies> {
  const client = new EventBridgeClient({ maxAttempts: 3 });
  const publish = outbox({ client, bus: requireEnv(env, 'BUS_NAME') });
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(patient));
  const { note } = acknowledgements({ db, table: requireEnv(env, 'PROGRESS_TABLE'), now });
  return { publish, acknowledge: note, journal: jsonLogger({ relay: requireEnv(env, 'RELAY_NAME'), now }) };
}
