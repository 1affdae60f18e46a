import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetterQueue, Deployment } from '../deployment.ts';

/** One message of a dead-letter queue; `attributes` are EventBridge's words on why it is there. */
export type DeadLetter = {
  queue: DeadLetterQueue;
  id: string;
  receipt: string;
  body: string;
  sentAt: string;
  attributes: Record<string, string>;
};

export type DeadLetters = {
  /** Takes all that can be seen out of sight for `seconds`. Of one queue no more than fits into memory: the next run finds the rest. */
  take: (seconds: number) => AsyncGenerator<DeadLetter>;
  /** Puts letters back into sight. */
  release: (letters: DeadLetter[]) => Promise<void>;
  remove: (letters: DeadLetter[]) => Promise<void>;
};

const most = 20_000;

export function deadLettersOf({ queues, aws }: Deployment): DeadLetters {
  const sqs = new SQSClient(aws);
  const named = Object.entries(queues) as [DeadLetterQueue, string][];
  const inBatches = async (letters: DeadLetter[], act: (QueueUrl: string, batch: Entry[]) => Promise<Answer>) => {
    for (const [queue, url] of named) {
      const entries = letters
        .filter((letter) => letter.queue === queue)
        .map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
      for (let at = 0; at < entries.length; at += 10) refuseFailed(await act(url, entries.slice(at, at + 10)));
    }
  };
  return {
    take: async function* (seconds) {
      for (const [queue, url] of named) yield* takeFrom(sqs, { queue, url, seconds });
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
type Answer = { Failed?: { Message?: string | undefined; Code?: string | undefined }[] | undefined };

/** SQS answers 200 with failures per entry. */
function refuseFailed({ Failed = [] }: Answer): void {
  const [first] = Failed;
  if (first) throw new Error(`${Failed.length} messages stay in the queue: ${first.Message ?? first.Code}`);
}

async function* takeFrom(
  sqs: SQSClient,
  { queue, url, seconds }: { queue: DeadLetterQueue; url: string; seconds: number },
): AsyncGenerator<DeadLetter> {
  for (let taken = 0; taken < most; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: seconds,
        WaitTimeSeconds: 1, // asks all of SQS's servers: an empty answer then means an empty queue
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
