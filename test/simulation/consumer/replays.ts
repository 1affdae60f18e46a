import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DeadLetters } from '../../../cli/replay/dead-letters.ts';
import { missedEvents, type Selection } from '../../../cli/replay/missed-events.ts';
import type { PaymentChanges, Payments } from '../../../cli/replay/payments.ts';
import { redriveLetters } from '../../../cli/replay/redrive-letters.ts';
import { type ReplayResult, type ReplayStart, replayPayments } from '../../../cli/replay/replay-payments.ts';
import { sendToQueue } from '../../../cli/replay/subscriber-queue.ts';
import { republish } from '../../../lambdas/aws/republish.ts';
import { paymentStore } from '../../../lambdas/aws/store.ts';
import { simulatedDocumentClient } from '../aws/document-client.ts';
import { type Invoke, lambda } from '../aws/lambda.ts';
import type { Process } from '../aws/process.ts';
import { clientWith } from '../aws/sdk-client.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import type { Surroundings } from '../relay/surroundings.ts';
import { tables } from '../relay/template-settings.ts';
import type { DeliveredEvent } from './event-rule.ts';

type Send = (event: DeliveredEvent) => void;

/** What an operator types: `replay`, to the bus or to the queue that `send` fills, or `redrive --send` for letters. */
export type ReplayCommand = { selection: Selection; send?: Send | undefined } | { letters: object[] };

export type Replay = ReplayResult & { starts: ReplayStart[] };

/** As the AWS SDK is set up in cli/replay/payments.ts. */
const settings = { maxAttempts: 5, requestHandler: { requestTimeout: 3000 } };

const queueUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/subscriber';

/** The command line on an operator's machine: the code of cli/replay over simulated clients. An operator waits for hours. */
export const replays = (run: RunContext, surroundings: Surroundings): Invoke<ReplayCommand, Replay> =>
  lambda(run, {
    name: 'klarna-relay replay',
    timeout: 6 * 3600_000,
    build: async (process) => async (command) => {
      const payments = paymentsFor(run, surroundings, process);
      if ('letters' in command) return redrive(payments, command.letters);
      const { selection, send } = command;
      const { joins } = selection;
      return replay(send ? { ...payments, republish: toQueue(process, { send, joins }) } : payments, selection);
    },
  });

function paymentsFor(run: RunContext, surroundings: Surroundings, process: Process): Payments {
  const db = simulatedDocumentClient(run, { db: surroundings.db, process, settings });
  const options = { db, table: tables.payments, retentionDays: 0, now: process.date, pause: async () => undefined };
  const items = () => surroundings.db.items(tables.payments);
  return {
    find: paymentStore(options).find,
    all: async function* () {
      for (const item of await process.reach('Scan', items)) yield changesIn(unmarshall(item));
    },
    approximateCount: async () => items().length,
    republish: republish({ client: surroundings.bus.client(process), bus: 'bus' }),
  };
}

const changesIn = (item: Record<string, unknown>): PaymentChanges => Object({ ...item, payment: item.id });

const toQueue = (process: Process, { send, joins }: { send: Send; joins: boolean | undefined }) =>
  sendToQueue({
    queue: queueUrl,
    joins,
    sqs: clientWith(({ input }: SendMessageCommand) =>
      process.reach('SendMessage', () => ({ MessageId: send(JSON.parse(input.MessageBody ?? '{}')) })),
    ),
  });

async function replay(payments: Payments, selection: Selection): Promise<Replay> {
  const starts: ReplayStart[] = [];
  for await (const start of missedEvents(payments, selection, () => undefined)) starts.push(start);
  const result = await replayPayments(starts, { payments, dryRun: false, onProgress: () => undefined });
  return { ...result, starts };
}

/** Removes the letters whose changes are published. */
async function redrive(payments: Payments, letters: object[]): Promise<Replay> {
  const queues: DeadLetters = {
    take: async function* () {
      for (const [index, letter] of [...letters.entries()])
        yield {
          queue: 'Discarded',
          id: String(index),
          receipt: String(index),
          body: JSON.stringify(letter),
          sentAt: '',
          attributes: {},
        };
    },
    release: async () => undefined,
    remove: async (done) => {
      const bodies = new Set(done.map(({ body }) => body));
      letters.splice(0, letters.length, ...letters.filter((letter) => !bodies.has(JSON.stringify(letter))));
    },
  };
  const report = await redriveLetters({ queues, payments }, { send: true, progress: () => undefined });
  return { ...report, starts: [] };
}
