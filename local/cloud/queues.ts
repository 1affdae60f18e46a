import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { AwsError, type Service, unknownOperation } from './aws.ts';
import type { Folder } from '../folder.ts';
import type { Dropped } from './dynamodb/streams.ts';
import { account } from './template.ts';

export type Queues = {
  service: Service;
  /** Leaves a dead letter in the queue that it names; one that names none is gone, as on AWS. */
  leave: (letter: Dropped) => void;
  urlOf: (endpoint: string, name: string) => string;
};

type Letter = z.infer<typeof letter>;
const attributes = z.record(z.string(), z.looseObject({ StringValue: z.optional(z.string()) }));
const letter = z.object({ queue: z.string(), id: z.string(), body: z.string(), sentAt: z.number(), attributes });

const handles = z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() }));
const request = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z._default(z.number(), 1),
  VisibilityTimeout: z._default(z.number(), 30),
  Entries: z._default(handles, []),
  MessageBody: z._default(z.string(), ''),
  MessageAttributes: z._default(attributes, {}),
});
type Asked = z.infer<typeof request>;

const file = 'dead-letters.json';

/** SQS as far as dead letters need it: they are left, received, let go again, and deleted. A receipt is the letter's own id. */
export function localQueues({
  queues,
  folder,
}: {
  queues: { name: string; arn: string }[];
  folder: Folder | undefined;
}): Queues {
  let letters: Letter[] = z.array(letter).parse(folder?.read(file) ?? []);
  const hiddenUntil = new Map<string, number>();
  const keep = (kept: Letter[]) => {
    letters = kept;
    folder?.write(file, letters);
  };
  const receive = (queue: string, { MaxNumberOfMessages: most, VisibilityTimeout: seconds }: Asked) => {
    const visible = letters.filter((each) => each.queue === queue && (hiddenUntil.get(each.id) ?? 0) <= Date.now());
    const taken = visible.slice(0, most);
    for (const { id } of taken) hiddenUntil.set(id, Date.now() + seconds * 1000);
    return taken.length > 0 ? { Messages: taken.map(message) } : {};
  };
  const release = ({ Entries }: Asked) => {
    for (const { ReceiptHandle } of Entries) hiddenUntil.delete(ReceiptHandle);
    return answered(Entries);
  };
  const remove = ({ Entries }: Asked) => {
    const gone = new Set(Entries.map(({ ReceiptHandle }) => ReceiptHandle));
    keep(letters.filter(({ id }) => !gone.has(id)));
    return answered(Entries);
  };
  const add = (queue: string, { MessageBody: body, MessageAttributes: attributes }: Asked) => {
    const added = { queue, id: randomUUID(), body, sentAt: Date.now(), attributes };
    keep([...letters, added]);
    return { MessageId: added.id, MD5OfMessageBody: md5(body) };
  };
  const service: Service = async (operation, input) => {
    const asked = request.parse(input);
    const queue = queues.find(({ name }) => name === asked.QueueUrl.split('/').at(-1));
    if (!queue) throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');
    if (operation === 'ReceiveMessage') return receive(queue.arn, asked);
    if (operation === 'SendMessage') return add(queue.arn, asked);
    if (operation === 'ChangeMessageVisibilityBatch') return release(asked);
    if (operation === 'DeleteMessageBatch') return remove(asked);
    throw unknownOperation(`AmazonSQS.${operation}`);
  };
  return {
    service,
    leave: ({ destination: queue, ...said }) => {
      if (queue) add(queue, request.parse({ QueueUrl: '', MessageBody: JSON.stringify(said) }));
    },
    urlOf: (endpoint, name) => `${endpoint}/${account}/${name}`,
  };
}

const answered = (entries: z.infer<typeof handles>) => ({ Successful: entries.map(({ Id }) => ({ Id })), Failed: [] });

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const message = ({ id, body, sentAt, attributes }: Letter) => ({
  MessageId: id,
  ReceiptHandle: id,
  Body: body,
  MD5OfBody: md5(body),
  MessageAttributes: attributes,
  Attributes: { SentTimestamp: String(sentAt) },
});
