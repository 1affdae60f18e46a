import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Misuse } from './misuse.ts';

export const text = { type: 'string' } as const;
export const flag = { type: 'boolean' } as const;

/** Options that every command which may ask a deployment takes. */
export const deployment = { base: text, secret: text } as const;

/** The words of a command, read by its options, --json and --help. @throws Misuse that names the word */
export function wordsOf<Options extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: Options) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { ...options, json: flag, help: flag } });
  } catch (error) {
    throw new Misuse(error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? '') : 'arguments');
  }
}

/** What a command prints for --json. */
export const asJson = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** `no story lat; did you mean late?` */
export function unknownWord(what: string, word: string, known: readonly string[]): Misuse {
  const near = known.filter((each) => distance(each, word) <= 2 || (word.length > 2 && each.startsWith(word)));
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'there is none of that name; --help tells more';
  return new Misuse(`no ${what} ${word}; ${hint}`);
}

/** How many letters have to be put in, taken out or changed to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    row = next;
  }
  return row.at(-1) ?? 0;
}
