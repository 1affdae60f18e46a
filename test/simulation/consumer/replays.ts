import { unmarshall } from '@aws-sdk/util-dynamodb';
import { firstSequenceIn, missedEvents, type Period } from '../../../cli/replay/missed-events.ts';
import type { PaymentChanges, Payments } from '../../../cli/replay/payments.ts';
import { type ReplayResult, type ReplayStart, replayPayments } from '../../../cli/replay/replay-payments.ts';
import { verdictOn } from '../../../cli/replay/verdict.ts';
import { republish } from '../../../lambdas/aws/republish.ts';
import { paymentStore } from '../../../lambdas/aws/store.ts';
import { type PaymentId, paymentId } from '../../../lambdas/payment/payment-id.ts';
import { simulatedDocumentClient } from '../aws/document-client.ts';
import { type Invoke, lambda } from '../aws/lambda.ts';
import type { Process } from '../aws/process.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import type { Surroundings } from '../relay/surroundings.ts';
import { tables } from '../relay/template-settings.ts';

/** What an operator types: `replay --seen … --since …`, or `redrive --send` for letters. */
export type ReplayCommand =
  | { seen: { payment: string; sequence: number }[]; period?: Period | undefined }
  | { letters: object[] };

export type Replay = ReplayResult & { starts: ReplayStart[] };

/** As the AWS SDK is set up in cli/replay/payments.ts. */
const settings = { maxAttempts: 5, requestHandler: { requestTimeout: 3000 } };

/** The command line on an operator's machine: the code of cli/replay over simulated clients. An operator waits for hours. */
export const replays = (run: RunContext, surroundings: Surroundings): Invoke<ReplayCommand, Replay> =>
  lambda(run, {
    name: 'klarna-relay replay',
    timeout: 6 * 3600_000,
    build: async (process) => (command) => replay(paymentsFor(run, surroundings, process), command),
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

async function replay(payments: Payments, command: ReplayCommand): Promise<Replay> {
  const starts: ReplayStart[] = [];
  const found = 'letters' in command ? discardedRows(payments, command.letters) : missed(payments, command);
  for await (const start of found) starts.push(start);
  const result = await replayPayments(starts, { payments, dryRun: false, onProgress: () => undefined });
  return { ...result, starts };
}

const missed = (payments: Payments, { seen, period }: Extract<ReplayCommand, { seen: unknown }>) => {
  const received = new Map(seen.flatMap(({ payment, sequence }) => asReceived(paymentId(payment), sequence)));
  return missedEvents(payments, { received, period }, () => undefined);
};

const asReceived = (id: PaymentId | undefined, sequence: number) => (id ? [[id, sequence] as const] : []);

/** As `redrive` does for the queue Discarded (cli/replay/redrive-letters.ts, which makes its own AWS clients). */
async function* discardedRows(payments: Payments, letters: object[]): AsyncGenerator<ReplayStart> {
  const periods = letters.flatMap((letter) => {
    const verdict = verdictOn({
      queue: 'Discarded',
      id: '',
      receipt: '',
      body: JSON.stringify(letter),
      sentAt: '',
      attributes: {},
    });
    return 'period' in verdict ? [verdict.period] : [];
  });
  for await (const { payment, changes } of payments.all()) {
    const from = firstSequenceIn(periods, changes);
    if (from !== undefined) yield { payment, from };
  }
}
