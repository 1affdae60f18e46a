import type { DeadLetter, DeadLetters } from './dead-letters.ts';
import { firstSequenceIn } from './missed-events.ts';
import type { Payments } from './payments.ts';
import type { Progress } from './progress.ts';
import { type ReplayResult, type ReplayStart, replayPayments } from './replay-payments.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** A dead letter in the report. `done`: deleted, since its changes are published or there was nothing to publish. */
export type LetterReport = Pick<DeadLetter, 'queue' | 'id' | 'sentAt'> & Verdict & { done: boolean };

export type RedriveReport = { sent: boolean; letters: LetterReport[] } & ReplayResult;

/** Seconds for which letters are hidden from another run: while they are shown, and while they are replayed. */
const showingTime = 60;
const replayTime = 3600;

/** Reads all dead letters and decides what to do with each; with `send` does it, otherwise only reports it. */
export async function redriveLetters(
  { queues, payments }: { queues: DeadLetters; payments: Payments },
  { send, progress }: { send: boolean; progress: Progress },
): Promise<RedriveReport> {
  const decided: DecidedLetter[] = [];
  for await (const letter of queues.take(send ? replayTime : showingTime)) {
    decided.push({ letter, verdict: verdictOn(letter) });
    progress(`${decided.length} letters read`);
  }
  const starts = await replayStarts(decided, payments);
  const onProgress = (sum: ReplayResult) => progress(`${sum.changes} changes of ${sum.payments} payments`);
  const result = await replayPayments(starts, { payments, dryRun: !send, onProgress });
  const done = send ? decided.filter(({ verdict }) => isDone(verdict, result)) : [];
  await removeDone(queues, decided, done);
  return { sent: send, letters: decided.map((each) => toReport(each, done.includes(each))), ...result };
}

type DecidedLetter = { letter: DeadLetter; verdict: Verdict };

/** Each payment once, from the first of its changes that any letter is about. */
async function replayStarts(decided: DecidedLetter[], payments: Payments): Promise<ReplayStart[]> {
  const first = new Map<ReplayStart['payment'], number>();
  const add = ({ payment, from }: ReplayStart) => first.set(payment, Math.min(from, first.get(payment) ?? from));
  for (const { verdict } of decided) if ('start' in verdict) add(verdict.start);
  const periods = decided.flatMap(({ verdict }) => ('period' in verdict ? [verdict.period] : []));
  for await (const { payment, changes } of periods.length > 0 ? payments.all() : []) {
    const from = firstSequenceIn(periods, changes);
    if (from !== undefined) add({ payment, from });
  }
  return [...first].map(([payment, from]) => ({ payment, from }));
}

function isDone(verdict: Verdict, { stopped, unknown }: ReplayResult): boolean {
  if (verdict.action !== 'republish') return verdict.action === 'delete';
  if ('period' in verdict) return stopped.length === 0; // the letter does not name its payments
  const { payment } = verdict.start;
  return !unknown.includes(payment) && !stopped.some((stop) => stop.payment === payment);
}

async function removeDone(queues: DeadLetters, all: DecidedLetter[], done: DecidedLetter[]): Promise<void> {
  const left = all.filter((each) => !done.includes(each));
  await queues.remove(done.map(({ letter }) => letter));
  await queues.release(left.map(({ letter }) => letter));
}

const toReport = ({ letter: { queue, id, sentAt }, verdict }: DecidedLetter, done: boolean): LetterReport => ({
  queue,
  id,
  sentAt,
  ...verdict,
  done,
});
