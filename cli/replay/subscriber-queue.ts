import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { toEntry } from '../../lambdas/aws/bus.ts';
import type { Change } from '../../lambdas/payment/change.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { Payments } from './payments.ts';
import type { RelayResources } from './relay-resources.ts';

/** The queue by its URL. */
type SubscriberQueue = { queue: string; sqs: SQSClient; region?: string | undefined };

export const queueAt = (queue: string, { aws }: RelayResources): SubscriberQueue => ({
  queue,
  sqs: new SQSClient({ ...aws, useQueueUrlAsEndpoint: aws.endpoint === undefined }),
  region: aws.region,
});

/**
 * Sends changes to one subscriber's queue, as its rule would, and not to the bus: no other subscriber receives them.
 * The events name the sequence with which the replay of their payment began.
 */
export function sendToQueue({ queue, sqs, region }: SubscriberQueue): Payments['republish'] {
  const send = async (payment: Payment, change: Change, start: number) => {
    const MessageBody = JSON.stringify(eventOf(payment, change, { start, queue, region }));
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody }));
  };
  return async ({ payment, from, start }) => {
    let published = 0;
    for (const change of payment.changes.filter(({ sequence }) => sequence >= from)) {
      const error = await send(payment, change, start).catch(asError);
      if (error) return { published, stuck: { change: change.id, sequence: change.sequence, reason: error.name } };
      published += 1;
    }
    return { published };
  };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

type Target = { start: number; queue: string; region: string | undefined };

/** The event as EventBridge delivers it. A queue's URL names its region and its account. */
function eventOf(payment: Payment, change: Change, { start, queue, region }: Target) {
  const { hostname, pathname } = new URL(queue);
  const entry = toEntry({ payment, change, bus: '', replayed: true, replayedFrom: start });
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: pathname.split('/')[1] ?? '',
    time: `${change.observedAt.slice(0, 19)}Z`,
    region: region ?? hostname.split('.')[1] ?? '',
    resources: [],
    detail: JSON.parse(entry.Detail ?? '{}'),
  };
}
