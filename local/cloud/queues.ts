import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Folder } from '../folder.ts';
import { AwsError, type Service, unknownOperation } from './aws.ts';
import { localAccount } from './template.ts';

/** The message about a batch that Lambda discarded, and the queue that the template names for it. */
export type DiscardedBatch = {
  destination: string | undefined;
  requestContext?: { functionArn?: string; condition: string };
  DDBStreamBatchInfo?: { batchSize: number; [field: string]: unknown };
  [field: string]: unknown;
};

export type Queues = {
  service: Service;
  /** Puts the message into its queue as a dead letter; without a queue it is lost, as on AWS. */
  add: (batch: DiscardedBatch) => void;
  urlOf: (endpoint: string, name: string) => string;
};

type Message = z.infer<typeof message>;
const attributes = z.record(z.string(), z.looseObject({ StringValue: z.optional(z.string()) }));
const message = z.object({ queue: z.string(), id: z.string(), body: z.string(), sentAt: z.number(), attributes });

const handles = z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() }));
const request = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z._default(z.number(), 1),
  VisibilityTimeout: z._default(z.number(), 30),
  Entries: z._default(handles, []),
  MessageBody: z._default(z.string(), ''),
  MessageAttributes: z._default(attributes, {}),
});
type QueueRequest = z.infer<typeof request>;

const file = 'dead-letters.json';

/**
 * The operations of SQS that dead letters use: send, receive, release, delete. A receipt handle is the message's id.
 */
export function localQueues({
  queues,
  folder,
}: {
  queues: { name: string; arn: string }[];
  folder: Folder | undefined;
}): Queues {
  let messages: Message[] = z.array(message).parse(folder?.read(file) ?? []);
  const hiddenUntil = new Map<string, number>();
  const keep = (all: Message[]) => {
    messages = all;
    folder?.write(file, messages);
  };
  const receive = (queue: string, { MaxNumberOfMessages: most, VisibilityTimeout: seconds }: QueueRequest) => {
    const visible = messages.filter((each) => each.queue === queue && (hiddenUntil.get(each.id) ?? 0) <= Date.now());
    const batch = visible.slice(0, most);
    for (const { id } of batch) hiddenUntil.set(id, Date.now() + seconds * 1000);
    return batch.length > 0 ? { Messages: batch.map(sqsMessage) } : {};
  };
  const release = ({ Entries }: QueueRequest) => {
    for (const { ReceiptHandle } of Entries) hiddenUntil.delete(ReceiptHandle);
    return success(Entries);
  };
  const remove = ({ Entries }: QueueRequest) => {
    const ids = new Set(Entries.map(({ ReceiptHandle }) => ReceiptHandle));
    keep(messages.filter(({ id }) => !ids.has(id)));
    return success(Entries);
  };
  const send = (queue: string, { MessageBody: body, MessageAttributes: attributes }: QueueRequest) => {
    const added = { queue, id: randomUUID(), body, sentAt: Date.now(), attributes };
    keep([...messages, added]);
    return { MessageId: added.id, MD5OfMessageBody: md5(body) };
  };
  const service: Service = async (operation, input) => {
    const call = request.parse(input);
    const queue = queues.find(({ name }) => name === call.QueueUrl.split('/').at(-1));
    if (!queue) throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');
    if (operation === 'ReceiveMessage') return receive(queue.arn, call);
    if (operation === 'SendMessage') return send(queue.arn, call);
    if (operation === 'ChangeMessageVisibilityBatch') return release(call);
    if (operation === 'DeleteMessageBatch') return remove(call);
    throw unknownOperation(`AmazonSQS.${operation}`);
  };
  return {
    service,
    add: ({ destination: queue, ...body }) => {
      if (queue) send(queue, request.parse({ QueueUrl: '', MessageBody: JSON.stringify(body) }));
    },
    urlOf: (endpoint, name) => `${endpoint}/${localAccount}/${name}`,
  };
}

const success = (entries: z.infer<typeof handles>) => ({ Successful: entries.map(({ Id }) => ({ Id })), Failed: [] });

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const sqsMessage = ({ id, body, sentAt, attributes }: Message) => ({
  MessageId: id,
  ReceiptHandle: id,
  Body: body,
  MD5OfBody: md5(body),
  MessageAttributes: attributes,
  Attributes: { SentTimestamp: String(sentAt) },
});
