import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { toEntry } from '../../lambdas/aws/bus.ts';
import type { Change } from '../../lambdas/payment/change.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { Payments } from './payments.ts';
import type { RelayResources } from './relay-resources.ts';

/** The queue by its URL. A new subscriber `joins`: it holds nothing yet and needs to know where to start. */
type SubscriberQueue = { queue: string; sqs: SQSClient; region?: string | undefined; joins?: boolean | undefined };

export const queueAt = (
  { queue, joins }: { queue: string; joins?: boolean | undefined },
  { aws }: RelayResources,
): SubscriberQueue => ({
  queue,
  joins,
  sqs: new SQSClient({ ...aws, useQueueUrlAsEndpoint: aws.endpoint === undefined }),
  region: aws.region,
});

/**
 * Sends changes to one subscriber's queue, as its rule would, and not to the bus: no other subscriber receives them.
 * For a new subscriber the events name the sequence with which the replay of their payment began. Another one waits for
 * the events before it, which may still come: EventBridge tries for a day.
 */
export function sendToQueue({ queue, sqs, region, joins }: SubscriberQueue): Payments['republish'] {
  const send = async (payment: Payment, change: Change, start: number | undefined) => {
    const MessageBody = JSON.stringify(eventOf(payment, change, { start, queue, region }));
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody }));
  };
  return async ({ payment, from, start }) => {
    let published = 0;
    for (const change of payment.changes.filter(({ sequence }) => sequence >= from)) {
      const error = await send(payment, change, joins ? start : undefined).catch(asError);
      if (error) return { published, stuck: { change: change.id, sequence: change.sequence, reason: error.name } };
      published += 1;
    }
    return { published };
  };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

type Target = { start: number | undefined; queue: string; region: string | undefined };

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
