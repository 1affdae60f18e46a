import { usageOf } from '../../local/arguments.ts';
import type { Environment } from '../command.ts';

/** Runs the local run as `npm start` does in a clone, and sets the exit code of the process. */
export async function start(args: string[], env: Environment): Promise<string> {
  if (args.includes('--help')) return `${usageOf('klarna-relay start')}\n`;
  const { startHere } = await import('../../local/start.ts'); // loads modules that no other command needs
  process.exitCode = await startHere(args, env, 'klarna-relay start');
  return '';
}
