import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type DeadLetterQueue, deadLetterQueues, type RelayResources } from './relay-resources.ts';

/** A message of a dead-letter queue; in `attributes` EventBridge gives the reason. */
export type DeadLetter = {
  queue: DeadLetterQueue;
  id: string;
  receipt: string;
  body: string;
  sentAt: string;
  attributes: Record<string, string>;
};

export type DeadLetters = {
  /** Receives the visible letters, at most `limit` per queue, and hides them for `seconds` from other readers. */
  take: (seconds: number) => AsyncGenerator<DeadLetter>;
  /** Makes letters visible again. */
  release: (letters: DeadLetter[]) => Promise<void>;
  remove: (letters: DeadLetter[]) => Promise<void>;
};

/** As many letters as fit into memory; another run takes the rest. */
const limit = 20_000;

export function deadLettersOf({ queues, aws }: RelayResources): DeadLetters {
  const sqs = new SQSClient(aws);
  const known = deadLetterQueues.flatMap((queue) => (queues[queue] ? [{ queue, url: queues[queue] }] : []));
  const inBatches = async (letters: DeadLetter[], act: (QueueUrl: string, batch: Entry[]) => Promise<BatchAnswer>) => {
    for (const { queue, url } of known) {
      const entries = letters
        .filter((letter) => letter.queue === queue)
        .map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
      for (let at = 0; at < entries.length; at += 10) checkFailures(await act(url, entries.slice(at, at + 10)));
    }
  };
  return {
    take: async function* (seconds) {
      for (const { queue, url } of known) yield* takeFrom(sqs, { queue, url, seconds });
    },
    release: (letters) =>
      inBatches(letters, (QueueUrl, batch) =>
        sqs.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl,
            Entries: batch.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
          }),
        ),
      ),
    remove: (letters) =>
      inBatches(letters, (QueueUrl, Entries) => sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))),
  };
}

type Entry = { Id: string; ReceiptHandle: string };
type BatchAnswer = { Failed?: { Message?: string | undefined; Code?: string | undefined }[] | undefined };

/** SQS answers 200 even if some entries failed. @throws naming the first failure */
function checkFailures({ Failed = [] }: BatchAnswer): void {
  const [first] = Failed;
  if (first) throw new Error(`${Failed.length} messages could not be changed: ${first.Message ?? first.Code}`);
}

async function* takeFrom(
  sqs: SQSClient,
  { queue, url, seconds }: { queue: DeadLetterQueue; url: string; seconds: number },
): AsyncGenerator<DeadLetter> {
  for (let taken = 0; taken < limit; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: seconds,
        WaitTimeSeconds: 1, // long polling asks all of SQS's servers: an empty answer means an empty queue
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return;
    taken += Messages.length;
    yield* Messages.map((message) => letterOf(queue, message));
  }
}

const letterOf = (queue: DeadLetterQueue, message: Message): DeadLetter => ({
  queue,
  id: message.MessageId ?? '',
  receipt: message.ReceiptHandle ?? '',
  body: message.Body ?? '',
  sentAt: new Date(Number(message.Attributes?.SentTimestamp ?? 0)).toISOString(),
  attributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [name, StringValue]),
  ),
});
