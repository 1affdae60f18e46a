import { parseArgs } from 'node:util';

export type Arguments = { once: boolean; verbose: boolean; data: string | undefined; port: number };

/** The help text; `command` is how the user called it. */
export const usageOf = (command: string) => `${command} [--once] [--data DIR] [--verbose]

Runs the whole system on 127.0.0.1, wired as it would be deployed, with an
emulated Klarna. Plays the story of one payment, then keeps running.

  --once          end after the story; the exit code is 0 if exactly the
                  expected changes were published, otherwise 1
  --data DIR      keep payments, events and keys in DIR across restarts
  --verbose       print the functions' log as well
  PORT            (environment) port on 127.0.0.1, by default 4600
  KLARNA_API_URL  (environment) another Klarna instead of the emulated one

Exit code: 0 ended, 1 the story or the system failed, 2 wrong usage.`;

/** Reads the command line and PORT; gives 'help', or one line that names the mistake. */
export function readArguments(args: string[], env: Record<string, string | undefined>): Arguments | 'help' | string {
  const options = parse(args);
  if (typeof options === 'string') return options;
  const { once, verbose, data, help } = options;
  if (help) return 'help';
  if (data === '') return '--data needs a folder';
  const port = Number(env.PORT || 4600);
  if (!Number.isInteger(port) || port < 0 || port > 65535) return `PORT=${env.PORT} is not a port number`;
  return { once, verbose, data, port };
}

function parse(args: string[]) {
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
