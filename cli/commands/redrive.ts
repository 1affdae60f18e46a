import { flagOption, parseOptions, textOption, toJson } from '../arguments.ts';
import type { Environment } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { Misuse } from '../misuse.ts';
import { deadLettersOf } from '../replay/dead-letters.ts';
import { paymentsOf } from '../replay/payments.ts';
import { progressTo } from '../replay/progress.ts';
import { type LetterReport, type RedriveReport, redriveLetters } from '../replay/redrive-letters.ts';
import {
  findRelayResources,
  type RelayResources,
  resourceOptions,
  resourceOptionsHelp,
} from '../replay/relay-resources.ts';
import { plural, replayProblems, replaySummary } from '../replay/replay-report.ts';
import { wrap } from '../wrap.ts';

const usage = `klarna-relay redrive [--send] [options]

Shows why each dead letter is in its queue, whether it is safe to publish again,
and what would be done. Without --send nothing is published or deleted.

Queues
  Discarded     stream records that Lambda discarded: every payment written at
                that time is replayed up to its latest change. This reads the
                whole table, one read unit for every 4 KB
  Undeliverable
                events that the bus accepted and could not process: their
                payments are replayed from that change on
  MissedWakeUps
                runs of due tasks that did not start: nothing is lost, so these
                letters are deleted

Options
  --send        publish again, and delete the letters whose changes are all
                published; the others stay in their queue
  --dry-run     only show the letters: the default
${resourceOptionsHelp}  --discarded URL, --undeliverable URL, --missed-wake-ups URL
                the queues, where --outputs does not name them
  --json        print {"sent", "letters", "payments", "changes", "stopped",
                "unknown"}

Your AWS credentials need sqs:ReceiveMessage, ChangeMessageVisibility and
DeleteMessage on the queues, and what "klarna-relay replay --since" needs.

Exit code: 0 shown, or all done, 1 some letters stay, or it failed, 2 misuse.

Examples
  klarna-relay redrive --outputs out.json
  klarna-relay redrive --outputs out.json --send
`;

const options = {
  ...resourceOptions,
  discarded: textOption,
  undeliverable: textOption,
  'missed-wake-ups': textOption,
  send: flagOption,
  'dry-run': flagOption,
};

export async function redrive(args: string[], env: Environment): Promise<string> {
  const { values, positionals } = parseOptions(args, options);
  if (values.help) return usage;
  if (positionals.length > 0) throw new Misuse(`${positionals[0]}: redrive takes options only`);
  if (values.send && values['dry-run']) throw new Misuse('--send: not together with --dry-run');
  const resources = await findRelayResources(values, env);
  const queues = { ...resources.queues, ...queuesIn(values) };
  if (Object.keys(queues).length === 0)
    throw new Misuse('--discarded: no queue is named, by an option or in the outputs');
  const report = await redriveLetters(
    { queues: deadLettersOf({ ...resources, queues }), payments: paymentsOf(resources) },
    { send: values.send ?? false, progress: progressTo(process.stderr) },
  );
  const output = values.json ? toJson(report) : toText(report);
  if (report.sent && report.letters.some(({ done }) => !done)) throw new CommandFailure(output);
  return output;
}

type QueueOptions = { [option in 'discarded' | 'undeliverable' | 'missed-wake-ups']?: string | undefined };

const queuesIn = (values: QueueOptions): RelayResources['queues'] => ({
  ...(values.discarded && { Discarded: values.discarded }),
  ...(values.undeliverable && { Undeliverable: values.undeliverable }),
  ...(values['missed-wake-ups'] && { MissedWakeUps: values['missed-wake-ups'] }),
});

function toText({ sent, letters, ...result }: RedriveReport): string {
  if (letters.length === 0) return 'No dead letters.\n';
  const closing = sent ? 'Finished letters are deleted.' : 'Nothing was published or deleted; --send does both.';
  const summary = `${plural(letters.length, 'letter')}. ${replaySummary(result, !sent)} ${closing}`;
  return [...letters.map(letterText), ...replayProblems(result), wrap('', summary), ''].join('\n');
}

const letterText = (letter: LetterReport): string =>
  [
    `${letter.queue} ${letter.id}`,
    wrap('  cause: ', `${letter.cause}${scopeOf(letter)}`),
    wrap('  safe to publish again: ', letter.safe),
    `  action: ${letter.action}`,
  ].join('\n');

function scopeOf(letter: LetterReport): string {
  if ('start' in letter) return ` (${letter.start.payment} from sequence ${letter.start.from})`;
  return 'period' in letter ? ` (written ${letter.period.since} to ${letter.period.until})` : '';
}
