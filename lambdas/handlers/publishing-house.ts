import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { outbox } from '../aws/outbox.ts';
import { type Environment, need, now } from './house.ts';
import { type Journal, journal } from './journal.ts';

export type PublishingHouse = { publish: ReturnType<typeof outbox>; journal: Journal };

/** What the outbox needs. */
export async function publishingHouse(env: Environment): Promise<PublishingHouse> {
  const client = new EventBridgeClient({ maxAttempts: 3 });
  const publish = outbox({ client, bus: need(env, 'BUS_NAME') });
  return { publish, journal: journal({ relay: need(env, 'RELAY_NAME'), now }) };
}
