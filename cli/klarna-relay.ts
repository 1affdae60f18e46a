#!/usr/bin/env node
import { Misuse } from './misuse.ts';
import { redrive } from './redrive.ts';
import { replay } from './replay.ts';
import { url } from './url.ts';

const usage = `klarna-relay <command>

  url <kind> <payment>   the callback URL to hand to Klarna for one kind of callback of one payment
  replay                 publishes changes again: of one payment, of a time, or whatever a subscriber missed
  redrive                looks through the dead letters and, with --send, does what is owed to them

  --help                 this text; after a command: what that command takes
`;

const commands = new Map([
  ['url', url],
  ['replay', replay],
  ['redrive', redrive],
]);

async function main([command = '--help', ...words]: string[]): Promise<string> {
  if (command === '--help') return usage;
  const run = commands.get(command);
  if (!run) throw new Misuse(`no command ${command}; there is: ${[...commands.keys()].join(', ')}`);
  return run(words, process.env);
}

try {
  process.stdout.write(await main(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`klarna-relay: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof Misuse ? 2 : 1;
}
