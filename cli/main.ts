import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import type { Command, Environment, Terminal } from './command.ts';
import { completion } from './commands/completion.ts';
import { doctor } from './commands/doctor.ts';
import { events } from './commands/events.ts';
import { Misuse } from './misuse.ts';
import { redrive } from './commands/redrive.ts';
import { replay } from './commands/replay.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { trigger } from './commands/trigger.ts';
import { Unmet } from './unmet.ts';
import { url } from './commands/url.ts';
import { unknownWord } from './arguments.ts';

type Commands = Map<string, { tells: string; run: Command }>;

/** Every command with what the overview says of it. */
const commands: Commands = new Map([
  ['start', { tells: 'the whole system on this machine, with an emulated Klarna', run: start }],
  ['trigger', { tells: 'plays shopper stories to a relay and compares what comes of them', run: trigger }],
  ['events', { tells: 'follows the stream of changes of the local run', run: events }],
  ['status', { tells: 'how a payment stands, and what is owed to it next', run: status }],
  ['url', { tells: 'the callback URL to hand to Klarna for one kind of callback of one payment', run: url }],
  ['doctor', { tells: 'examines a deployment: keys, Klarna, subscribers, dead letters, streams, clocks', run: doctor }],
  [
    'replay',
    { tells: 'publishes changes again: of one payment, of a time, or whatever a subscriber missed', run: replay },
  ],
  ['redrive', { tells: 'looks through the dead letters and, with --send, does what is owed to them', run: redrive }],
  ['completion', { tells: 'completes commands in bash, zsh and fish', run: (words) => completion(words, commands) }],
]);

const usage = `klarna-relay <command>

${[...commands].map(([name, { tells }]) => `  ${name.padEnd(11)} ${tells}`).join('\n')}

  --help      this text; after a command: what that command takes
  --version   of this package

Exit code: 0 as it should be, 1 something is not, 2 misuse. Every command but start and completion takes --json.

Examples
  klarna-relay start
  klarna-relay trigger --list
  klarna-relay trigger declined-then-approved
  klarna-relay doctor --stack KlarnaRelay
`;

/** How a call of the command line ends; `code` is the exit code. */
export type Ended = { stdout: string; stderr: string; code: 0 | 1 | 2 };

/** Runs one command; what it throws becomes one line and an exit code, never a stack trace. */
export async function main(words: string[], env: Environment, terminal: Terminal): Promise<Ended> {
  try {
    return { stdout: await answer(words, { env, terminal }), stderr: '', code: 0 };
  } catch (error) {
    const stderr = `klarna-relay: ${error instanceof Error ? error.message : error}\n`;
    return { stdout: error instanceof Unmet ? error.report : '', stderr, code: error instanceof Misuse ? 2 : 1 };
  }
}

type Caller = { env: Environment; terminal: Terminal };

async function answer([command = '--help', ...words]: string[], caller: Caller): Promise<string> {
  if (command === '--help' || command === '-h') return usage;
  if (command === '--version') return `${version()}\n`;
  if (command === 'help') return answer([...words, '--help'], caller);
  const found = commands.get(command);
  if (!found) throw unknownWord('command', command, [...commands.keys()]);
  const asked = words.map((word) => (word === '-h' ? '--help' : word));
  return found.run(asked, caller.env, caller.terminal);
}

function version(): string {
  const { version } = JSON.parse(readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8')) as { version: string };
  return version;
}
