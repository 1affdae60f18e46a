import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { unknownWord } from './arguments.ts';
import type { Commands, Environment, Terminal } from './command.ts';
import { CommandFailure } from './command-failure.ts';
import { completion } from './commands/completion.ts';
import { doctor } from './commands/doctor.ts';
import { events } from './commands/events.ts';
import { redrive } from './commands/redrive.ts';
import { replay } from './commands/replay.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { trigger } from './commands/trigger.ts';
import { url } from './commands/url.ts';
import { Misuse } from './misuse.ts';

export const commands: Commands = new Map([
  ['start', { summary: 'run the whole relay on this machine, with an emulated Klarna', run: start }],
  ['trigger', { summary: 'play shopper stories to a relay and check what comes of them', run: trigger }],
  ['events', { summary: 'follow the changes that the local run publishes', run: events }],
  ['status', { summary: 'show one payment: its stage, its changes, its next task', run: status }],
  ['url', { summary: 'print a callback URL to hand to Klarna', run: url }],
  ['doctor', { summary: 'check a deployment: keys, Klarna, subscribers, dead letters', run: doctor }],
  ['replay', { summary: 'publish changes again: of one payment, a period or a list', run: replay }],
  ['redrive', { summary: 'show the dead letters; with --send, replay and delete them', run: redrive }],
  [
    'completion',
    { summary: 'print a completion script for bash, zsh or fish', run: (args) => completion(args, commands) },
  ],
]);

const usage = `klarna-relay <command> [options]

Commands
${[...commands].map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`).join('\n')}

Options
  --help      print this text; after a command, the help of that command
  --version   print the version of this package

Every command but start and completion takes --json.

Exit code: 0 success, 1 something is wrong or failed, 2 misuse.

Examples
  klarna-relay start
  klarna-relay trigger --list
  klarna-relay trigger declined-then-approved
  klarna-relay doctor --stack KlarnaRelay
`;

type CommandOutput = { stdout: string; stderr: string; code: 0 | 1 | 2 };

/** Runs one command; an error becomes one line on stderr and an exit code, never a stack trace. */
export async function main(args: string[], env: Environment, terminal: Terminal): Promise<CommandOutput> {
  try {
    return { stdout: await run(args, { env, terminal }), stderr: '', code: 0 };
  } catch (error) {
    if (error instanceof CommandFailure)
      return { stdout: error.report, stderr: error.message && stderrLine(error.message), code: 1 };
    const stderr = stderrLine(error instanceof Error ? error.message : String(error));
    return { stdout: '', stderr, code: error instanceof Misuse ? 2 : 1 };
  }
}

const stderrLine = (message: string) => `klarna-relay: ${message}\n`;

type Caller = { env: Environment; terminal: Terminal };

async function run([name = '--help', ...args]: string[], caller: Caller): Promise<string> {
  if (name === '--help' || name === '-h') return usage;
  if (name === '--version') return `${version()}\n`;
  if (name === 'help') return run([...args, '--help'], caller);
  const command = commands.get(name);
  if (!command) throw unknownWord('command', name, [...commands.keys()]);
  const longArgs = args.map((arg) => (arg === '-h' ? '--help' : arg));
  return command.run(longArgs, caller.env, caller.terminal);
}

function version(): string {
  const { version } = JSON.parse(readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8')) as { version: string };
  return version;
}
