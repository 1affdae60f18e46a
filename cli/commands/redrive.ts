import { parseArgs } from 'node:util';
import { type DeadLetter, type DeadLetters, deadLettersOf } from '../replay/dead-letters.ts';
import {
  type Deployment,
  deadLetterQueues,
  deploymentFlags,
  deploymentOf,
  deploymentUsage,
  type Environment,
} from '../deployment.ts';
import { firstIn } from '../replay/missed-events.ts';
import { Misuse } from '../misuse.ts';
import { type Payments, paymentsOf } from '../replay/payments.ts';
import { progressTo } from '../progress.ts';
import { type Missed, type Resent, resendAll } from '../replay/resend.ts';
import { type Verdict, verdictOn } from '../replay/verdict.ts';

const usage = `klarna-relay redrive [--send]

Looks through the dead letters of the relay's queues ${deadLetterQueues.join(', ')}: why each is there, whether it is safe to
send again, and what would be done. Nothing is sent, and no letter is deleted, without --send.

  Discarded         rows of the stream that were given up: the payments written at that time are replayed from there to their
                  latest change. It reads the whole table, one read unit for every 4 KB that is stored
  Undeliverable   events that the bus took and could not process: their payments are replayed from there on
  MissedWakeUps   nothing is lost by them: they are deleted

  --send          publishes again, and deletes the letters whose changes are all out; the others stay in their queue
  --dry-run       only looks: the default

${deploymentUsage}
  --discarded URL --undeliverable URL --missed-wake-ups URL
                  the queues, where no outputs name them
  --json          {"sent", "letters", "payments", "changes", "stopped", "unknown"} instead of sentences

Exit code 0: looked, or all is done. 1: some of it is not. 2: the command was not understood.
You need sqs:ReceiveMessage, ChangeMessageVisibility and DeleteMessage on the queues, and what "replay" needs.
`;

/** Looks through the dead letters, and with --send does what is owed to them. Exit code 1 when some of them have to stay. */
export async function redrive(words: string[], env: Environment): Promise<string> {
  const values = read(words);
  if (values.help) return usage;
  if (values.send && values['dry-run']) throw new Misuse('--send: not together with --dry-run');
  const deployment = await deploymentOf(values, env);
  const queues = { ...deployment.queues, ...queuesIn(values) };
  if (Object.keys(queues).length === 0) throw new Misuse('--discarded: no queue is named, by a flag or in the outputs');
  const report = await lookThrough({ ...deployment, queues }, values.send ?? false);
  if (report.sent && report.letters.some(({ done }) => !done)) process.exitCode = 1;
  return values.json ? `${JSON.stringify(report)}\n` : sentences(report);
}

async function lookThrough(deployment: Deployment, sent: boolean): Promise<Report> {
  const [letters, payments] = [deadLettersOf(deployment), paymentsOf(deployment)];
  const progress = progressTo(process.stderr);
  const judged: Judged[] = [];
  for await (const letter of letters.take(sent ? workingTime : lookingTime)) {
    judged.push({ letter, verdict: verdictOn(letter) });
    progress(`${judged.length} letters looked at`);
  }
  const told = ({ changes, payments }: Resent) => progress(`${changes} changes of ${payments} payments`);
  const missed = await missedBy(judged, payments);
  const resent = await resendAll(missed, { payments, dryRun: !sent, told });
  const staying = await putAway(judged, { letters, resent, sent });
  return { sent, letters: judged.map((each) => line(each, !staying.includes(each))), ...resent };
}

/** Seconds that letters are out of sight, so that nobody else takes them up: while they are looked at, and while they are sent. */
const lookingTime = 60;
const workingTime = 3600;

type Judged = { letter: DeadLetter; verdict: Verdict };

function read(args: string[]) {
  const text = { type: 'string' as const };
  const flag = { type: 'boolean' as const };
  const own = { 'discarded': text, undeliverable: text, 'missed-wake-ups': text, send: flag, 'dry-run': flag };
  try {
    return parseArgs({ args, options: { ...own, ...deploymentFlags, json: flag, help: flag } }).values;
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : 'arguments');
  }
}

const queuesIn = (values: ReturnType<typeof read>) => ({
  ...(values['discarded'] && { Discarded: values['discarded'] }),
  ...(values.undeliverable && { Undeliverable: values.undeliverable }),
  ...(values['missed-wake-ups'] && { MissedWakeUps: values['missed-wake-ups'] }),
});

/** Each payment once, from the first of its changes that any letter is about. */
async function missedBy(judged: Judged[], payments: Payments): Promise<Missed[]> {
  const first = new Map<Missed['payment'], number>();
  const note = ({ payment, from }: Missed) => first.set(payment, Math.min(from, first.get(payment) ?? from));
  for (const { verdict } of judged) if ('missed' in verdict) note(verdict.missed);
  const ranges = judged.flatMap(({ verdict }) => ('range' in verdict ? [verdict.range] : []));
  for await (const { payment, changes } of ranges.length > 0 ? payments.all() : []) {
    const from = firstIn(ranges, { changes });
    if (from !== undefined) note({ payment, from });
  }
  return [...first].map(([payment, from]) => ({ payment, from }));
}

/** Deletes what is done, and puts the rest back into sight: gives those that stay. */
async function putAway(
  judged: Judged[],
  { letters, resent, sent }: { letters: DeadLetters; resent: Resent; sent: boolean },
): Promise<Judged[]> {
  const done = sent ? judged.filter(({ verdict }) => isDone(verdict, resent)) : [];
  const staying = judged.filter((each) => !done.includes(each));
  await letters.remove(done.map(({ letter }) => letter));
  await letters.release(staying.map(({ letter }) => letter));
  return staying;
}

function isDone(verdict: Verdict, { stopped, unknown }: Resent): boolean {
  if (verdict.does !== 'republish') return verdict.does === 'forget';
  if ('range' in verdict) return stopped.length === 0; // which of those payments it was about, nobody can say
  const { payment } = verdict.missed;
  return !unknown.includes(payment) && !stopped.some((stop) => stop.payment === payment);
}

type Report = { sent: boolean; letters: ReturnType<typeof line>[] } & Resent;

const line = ({ letter, verdict }: Judged, done: boolean) => ({
  queue: letter.queue,
  id: letter.id,
  sentAt: letter.sentAt,
  ...verdict,
  done,
});

const about = (letter: Report['letters'][number]): string => {
  if ('missed' in letter) return ` (${letter.missed.payment} from sequence ${letter.missed.from} on)`;
  return 'range' in letter ? ` (written ${letter.range.since} to ${letter.range.until})` : '';
};

function sentences({ sent, letters, payments, changes, stopped, unknown }: Report): string {
  const ends = sent ? 'Deleted what is done.' : 'Nothing was sent or deleted; --send does it.';
  return [
    ...letters.map(
      (each) => `${each.queue} ${each.id}: ${each.cause}${about(each)}\n  safe: ${each.safe}; ${each.does}`,
    ),
    ...stopped.map(({ payment, sequence, reason }) => `Stopped: ${payment} at sequence ${sequence}: ${reason}`),
    ...unknown.map((payment) => `Unknown: ${payment} is not in the table`),
    letters.length === 0
      ? 'No dead letters.'
      : `${letters.length} letters. ${sent ? 'Published again' : 'To publish again'}: ${changes} changes of ${payments} payments. ${ends}`,
    '',
  ].join('\n');
}
