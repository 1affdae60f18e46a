import { paymentId } from '../../lambdas/payment/payment-id.ts';
import { parseArgs } from 'node:util';

import { deploymentFlags, deploymentOf, deploymentUsage, type Environment } from '../deployment.ts';
import { missedIn, type Range } from '../replay/missed-events.ts';
import { Misuse } from '../misuse.ts';
import { paymentsOf } from '../replay/payments.ts';
import { progressTo } from '../progress.ts';
import { type Resent, resendAll } from '../replay/resend.ts';
import { type Seen, seenIn } from '../replay/received-events.ts';

const usage = `klarna-relay replay --payment ID [--after SEQUENCE]
klarna-relay replay --since TIME [--until TIME]
klarna-relay replay --seen FILE [--since TIME]

Publishes changes of payments on the bus again: under the ids and sequences that they always had, marked "replayed": true,
in order within each payment. They come from the payments themselves. Each payment is replayed up to its latest change, so
that the last a subscriber hears is how the payment stands. A change that the bus refuses ends the replay of its payment; the
others go on, and the refused ones are named. Running it again does no harm.

  --payment ID    one payment, from its first change or from the one after --after SEQUENCE
  --since TIME    all payments with a change that the relay learned at this time or later (and, with --until TIME, not after
                  that): what a subscriber missed that was down. ISO 8601 with a time zone: 2026-11-22T10:00:00Z. It reads the
                  whole table, one read unit for every 4 KB that is stored: replays are too rare for an index on every write
  --seen FILE     what a subscriber missed that knows what it has: a line per payment, "PAYMENT SEQUENCE" or
                  {"paymentId": …, "sequence": …}, with the last sequence that it saw; "-" is stdin. It reads those payments
                  only. With --since, payments that are not in the file are replayed from their first change in that time on
  --dry-run       counts, and publishes nothing

${deploymentUsage}
  --json          {"dryRun", "payments", "changes", "stopped", "unknown"} instead of sentences

Exit code 0: all of it is published. 1: something is not. 2: the command was not understood.
EventBridge's own replay from the archive does neither: it keeps no order within a payment.
You need dynamodb:GetItem on the table and events:PutEvents on the bus; with --since dynamodb:Scan and dynamodb:DescribeTable;
and kms:Decrypt through DynamoDB with the key of the table.
`;

/** Publishes changes again: of one payment, of a time, or whatever a subscriber missed. Exit code 1 when some of it is not out. */
export async function replay(words: string[], env: Environment): Promise<string> {
  const values = read(words);
  if (values.help) return usage;
  const asked = askedFor(values);
  const payments = paymentsOf(await deploymentOf(values, env));
  const dryRun = values['dry-run'] ?? false;
  const progress = progressTo(process.stderr);
  const about = asked.range ? await payments.about() : asked.seen.size;
  let looked = 0;
  const missed = missedIn(payments, asked, () => {
    looked += 1;
  });
  const told = ({ changes }: Resent) => progress(`${looked} of about ${about} payments looked at, ${changes} changes`);
  const resent = await resendAll(missed, { payments, dryRun, told });
  if (resent.stopped.length + resent.unknown.length > 0) process.exitCode = 1;
  return values.json ? `${JSON.stringify({ dryRun, ...resent })}\n` : sentences(resent, dryRun);
}

function read(args: string[]) {
  const text = { type: 'string' as const };
  const flag = { type: 'boolean' as const };
  const own = { payment: text, after: text, since: text, until: text, seen: text };
  try {
    const options = { ...own, ...deploymentFlags, 'dry-run': flag, json: flag, help: flag };
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : 'arguments');
  }
}

type Values = ReturnType<typeof read>;

type Asked = { seen: Seen; range?: Range | undefined };

/** What is meant by the flags. @throws Misuse naming the flag */
function askedFor(values: Values): Asked {
  const { payment, after, since, until, seen } = values;
  if (payment !== undefined) return onePayment(payment, values);
  if (after !== undefined) throw new Misuse('--after: which --payment?');
  if (until !== undefined && since === undefined) throw new Misuse('--until: since when? --since is needed');
  if (since === undefined && seen === undefined) throw new Misuse('one of --payment, --since and --seen is needed');
  const range = since === undefined ? undefined : rangeOf(since, until);
  return { seen: seen === undefined ? new Map() : seenIn(seen), range };
}

function onePayment(name: string, { after = '0', since, until, seen }: Values): Asked {
  if (since ?? until ?? seen) throw new Misuse('--payment: not together with --since, --until or --seen');
  const payment = paymentId(name);
  if (!payment) throw new Misuse('--payment: 1 to 64 of A-Z a-z 0-9 . _ - are needed');
  return { seen: new Map([[payment, sequence(after)]]) };
}

function sequence(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Misuse(`--after: ${text} is no sequence`);
  return Number(text);
}

function rangeOf(since: string, until: string | undefined): Range {
  const range = { since: time('--since', since), until: until && time('--until', until) };
  if (range.until && range.until < range.since) throw new Misuse('--until: lies before --since');
  return range;
}

/** A time without a zone means something else on every machine. */
function time(flag: string, text: string): string {
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (!hasZone || Number.isNaN(Date.parse(text))) throw new Misuse(`${flag}: like 2026-11-22T10:00:00Z, not ${text}`);
  return new Date(text).toISOString();
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function sentences({ payments, changes, stopped, unknown }: Resent, dryRun: boolean): string {
  const verb = dryRun ? 'Would publish again' : 'Published again';
  return [
    `${verb}: ${counted(changes, 'change')} of ${counted(payments, 'payment')}.`,
    ...stopped.map(({ payment, sequence, reason }) => `Stopped: ${payment} at sequence ${sequence}: ${reason}`),
    ...unknown.map((payment) => `Unknown: ${payment} is not in the table`),
    '',
  ].join('\n');
}
