import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { acknowledgements } from '../aws/acknowledgements.ts';
import { outbox } from '../aws/outbox.ts';
import { patient } from '../aws/timeouts.ts';
import { type Environment, need, now } from '../handlers/lambda-handler.ts';
import { type Journal, journal } from '../logging/logger.ts';

export type PublishingHouse = {
  publish: ReturnType<typeof outbox>;
  /** Notes the last change of a payment that the bus has taken. */
  acknowledge: (payment: string, sequence: number) => Promise<void>;
  journal: Journal;
};

/** What the outbox needs. */
export async function publishingHouse(env: Environment): Promise<PublishingHouse> {
  const client = new EventBridgeClient({ maxAttempts: 3 });
  const publish = outbox({ client, bus: need(env, 'BUS_NAME') });
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(patient));
  const { note } = acknowledgements({ db, table: need(env, 'PROGRESS_TABLE'), now });
  return { publish, acknowledge: note, journal: journal({ relay: need(env, 'RELAY_NAME'), now }) };
}
