import { parseArgs } from 'node:util';

export type Arguments = { once: boolean; verbose: boolean; data: string | undefined; port: number };

/** What `command` takes. */
export const usageOf = (command: string) => `${command} [--once] [--data DIR] [--verbose]

The whole system on 127.0.0.1, wired as it would be deployed, with an emulated Klarna: plays the story of a payment, then stays up.

  --once       end after the story: exit code 0 when every expected change came out, 1 otherwise
  --data DIR   keep payments, events and keys in DIR, so that they survive a restart
  --verbose    show the functions' own log lines too
  PORT         (environment) where to listen on 127.0.0.1; 4600 unless told otherwise
  KLARNA_API_URL  (environment) another Klarna than the emulated one

Exit code: 0 ended, 1 the story did not go as written or something failed, 2 misuse.`;

/** What the command line and PORT ask for; 'help', or one line that names what is wrong. */
export function readArguments(args: string[], env: Record<string, string | undefined>): Arguments | 'help' | string {
  const parsed = attempt(args);
  if (typeof parsed === 'string') return parsed;
  const { once, verbose, data, help } = parsed;
  if (help) return 'help';
  if (data === '') return '--data needs a folder';
  const port = Number(env.PORT || 4600);
  if (!Number.isInteger(port) || port < 0 || port > 65535) return `PORT=${env.PORT} is no port`;
  return { once, verbose, data, port };
}

function attempt(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        once: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        data: { type: 'string' },
      },
    }).values;
  } catch (error) {
    const [sentence = ''] = String(error instanceof Error ? error.message : error).split(/\. |\n/);
    return sentence;
  }
}
