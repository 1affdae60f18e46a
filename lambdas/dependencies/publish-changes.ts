import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { acknowledgements, type Noted } from '../aws/acknowledgements.ts';
import { documentClient } from '../aws/document-client.ts';
import { outbox } from '../aws/outbox.ts';
import { timeouts } from '../aws/timeouts.ts';
import { jsonLogger, type Logger } from '../logging/logger.ts';
import { systemClock as now } from '../payment/clocks.ts';
import { type Environment, requireEnv } from './environment.ts';

export type PublishChangesDependencies = {
  publish: ReturnType<typeof outbox>;
  /** Notes the sequence up to which the bus has accepted every change of a payment. */
  acknowledge: (payment: Noted, sequence: number) => Promise<void>;
  logger: Logger;
};

export async function publishChangesDependencies(env: Environment): Promise<PublishChangesDependencies> {
  const client = new EventBridgeClient({ maxAttempts: 3 });
  const db = documentClient(timeouts.merchant);
  const { save, last: acknowledged } = acknowledgements({ db, table: requireEnv(env, 'PROGRESS_TABLE'), now });
  const publish = outbox({ client, bus: requireEnv(env, 'BUS_NAME'), acknowledged });
  return { publish, acknowledge: save, logger: jsonLogger({ relay: requireEnv(env, 'RELAY_NAME'), now }) };
}
