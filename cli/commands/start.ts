import { usageOf } from '../../local/arguments.ts';
import type { Environment } from '../command.ts';

/** Runs the local run as `npm start` does in a clone, and sets the exit code of the process. */
export async function start(args: string[], env: Environment): Promise<string> {
  if (args.includes('--help')) return `${usageOf('klarna-relay start')}\n`;
  const { runFromCommandLine } = await import('../../local/start.ts'); // loads modules that no other command needs
  process.exitCode = await runFromCommandLine(args, env, 'klarna-relay start');
  return '';
}
