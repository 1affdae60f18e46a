import { paymentId } from '../../lambdas/payment/payment-id.ts';
import { flagOption, parseOptions, textOption, toJson } from '../arguments.ts';
import type { Environment } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { Misuse } from '../misuse.ts';
import { missedEvents, type Period, type Selection } from '../replay/missed-events.ts';
import { paymentsOf } from '../replay/payments.ts';
import { progressTo } from '../replay/progress.ts';
import { readReceived } from '../replay/received-events.ts';
import { findRelayResources, resourceOptions, resourceOptionsHelp } from '../replay/relay-resources.ts';
import { type ReplayResult, replayPayments } from '../replay/replay-payments.ts';
import { replayProblems, replaySummary } from '../replay/replay-report.ts';
import { queueAt, sendToQueue } from '../replay/subscriber-queue.ts';

const usage = `klarna-relay replay --payment ID [--after SEQUENCE] [options]
klarna-relay replay --since TIME [--until TIME] [options]
klarna-relay replay --seen FILE [--since TIME] [options]

Publishes changes again, in order within each payment and with their ids and
sequences, marked "replayed": true.

The changes come from the payments themselves. Each payment is replayed up to
its latest change, so the last event that subscribers receive is its current
state. If the bus refuses a change, the replay of that payment stops; the others
continue. It is safe to run it again.

Options
  --payment ID  one payment, from its first change on
  --after SEQUENCE
                with --payment: only the changes after this sequence
  --since TIME  all payments with a change observed at this time or later, for a
                subscriber that was down. ISO 8601 with a time zone:
                2026-11-22T10:00:00Z. This reads the whole table, one read unit
                for every 4 KB. A payment that was not known to be completely
                published at this time is replayed from the first such change
  --until TIME  with --since: the change was observed at this time or earlier
  --seen FILE   what follows the events that a subscriber has seen: per payment
                one line with the id of the last one (detail.id), its detail as
                JSON, or PAYMENT SEQUENCE; "-" reads stdin. With --since also
                payments that are not in FILE
  --queue URL   send them to this queue of one subscriber, as its rule would,
                and not to the bus
  --joins       with --queue and --since, for a new subscriber: it starts where
                the replay of each payment starts. Also sends the latest change
                of all other payments, for it to start from
  --dry-run     count the changes, publish nothing
${resourceOptionsHelp}  --json        print {"dryRun", "payments", "changes", "stopped", "unknown"}

Your AWS credentials need dynamodb:GetItem on the table, kms:Decrypt with its
key, events:PutEvents on the bus or sqs:SendMessage on the queue, and for
--since also dynamodb:Scan and DescribeTable.

EventBridge's own replay from the archive does not keep the order of changes.

Exit code: 0 all published, 1 some not, or it failed, 2 misuse.

Examples
  klarna-relay replay --outputs out.json --payment order-1001 --after 3
  klarna-relay replay --outputs out.json --since 2026-11-22T10:00:00Z --dry-run
  klarna-relay replay --outputs out.json --since 2026-11-22T10:00:00Z --joins \\
    --queue https://sqs.eu-central-1.amazonaws.com/123456789012/new-shop
`;

const options = {
  ...resourceOptions,
  payment: textOption,
  after: textOption,
  since: textOption,
  until: textOption,
  seen: textOption,
  queue: textOption,
  joins: flagOption,
  'dry-run': flagOption,
};

export async function replay(args: string[], env: Environment): Promise<string> {
  const { values, positionals } = parseOptions(args, options);
  if (values.help) return usage;
  if (positionals.length > 0) throw new Misuse(`${positionals[0]}: name the payment with --payment ID`);
  const selection = selectionOf(values);
  const resources = await findRelayResources(values, env);
  const payments = {
    ...paymentsOf(resources),
    ...(values.queue && { republish: sendToQueue(queueAt({ queue: values.queue, joins: values.joins }, resources)) }),
  };
  const dryRun = values['dry-run'] ?? false;
  const progress = progressTo(process.stderr);
  const total = selection.period ? await payments.approximateCount() : selection.received.size;
  let read = 0;
  const starts = missedEvents(payments, selection, () => {
    read += 1;
  });
  const onProgress = ({ changes }: ReplayResult) =>
    progress(`${read} of about ${total} payments read, ${changes} changes`);
  const result = await replayPayments(starts, { payments, dryRun, onProgress });
  const output = values.json
    ? toJson({ dryRun, ...result })
    : [replaySummary(result, dryRun), ...replayProblems(result), ''].join('\n');
  if (result.stopped.length + result.unknown.length > 0) throw new CommandFailure(output);
  return output;
}

type Values = { [option in 'payment' | 'after' | 'since' | 'until' | 'seen' | 'queue']?: string | undefined } & {
  joins?: boolean | undefined;
};

/** The payments that the options select. @throws Misuse naming the option */
function selectionOf(values: Values): Selection {
  const { payment, after, since, until, seen, joins } = values;
  checkQueue(values);
  if (payment !== undefined) return onePayment(payment, values);
  if (after !== undefined) throw new Misuse('--after: needs --payment');
  if (until !== undefined && since === undefined) throw new Misuse('--until: needs --since');
  if (since === undefined && seen === undefined) throw new Misuse('one of --payment, --since and --seen is needed');
  const period = since === undefined ? undefined : periodOf(since, until);
  return { received: seen === undefined ? new Map() : readReceived(seen), period, joins };
}

function checkQueue({ queue, since, joins }: Values): void {
  if (queue !== undefined && !URL.canParse(queue)) throw new Misuse(`--queue: the URL of a queue, not ${queue}`);
  if (joins && (queue === undefined || since === undefined)) throw new Misuse('--joins: needs --queue and --since');
}

function onePayment(name: string, { after = '0', since, until, seen }: Values): Selection {
  if (since ?? until ?? seen) throw new Misuse('--payment: not together with --since, --until or --seen');
  const payment = paymentId(name);
  if (!payment) throw new Misuse('--payment: 1 to 64 of A-Z a-z 0-9 . _ -');
  return { received: new Map([[payment, { sequence: sequenceOf(after) }]]) };
}

function sequenceOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Misuse(`--after: ${text} is not a sequence`);
  return Number(text);
}

function periodOf(since: string, until: string | undefined): Period {
  const period = { since: timeOf('--since', since), until: until && timeOf('--until', until) };
  if (period.until && period.until < period.since) throw new Misuse('--until: lies before --since');
  return period;
}

/** A time zone is required: without one a time depends on the machine. */
function timeOf(option: string, text: string): string {
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (!hasZone || Number.isNaN(Date.parse(text))) throw new Misuse(`${option}: like 2026-11-22T10:00:00Z, not ${text}`);
  return new Date(text).toISOString();
}
