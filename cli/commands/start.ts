import { usageOf } from '../../local/arguments.ts';
import type { Environment } from '../command.ts';

/** The whole system on this machine, as `npm start` in a clone; its exit code is the process's. */
export async function start(words: string[], env: Environment): Promise<string> {
  if (words.includes('--help')) return `${usageOf('klarna-relay start')}\n`;
  const { startHere } = await import('../../local/start.ts'); // loads much that no other command needs
  process.exitCode = await startHere(words, env, 'klarna-relay start');
  return '';
}
