import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Misuse } from './misuse.ts';

export const textOption = { type: 'string' } as const;
export const flagOption = { type: 'boolean' } as const;

/** Parses a command's arguments by its own options, --json and --help. @throws Misuse naming the wrong argument */
export function parseOptions<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { ...options, json: flagOption, help: flagOption },
    });
  } catch (error) {
    throw new Misuse(error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? '') : 'arguments');
  }
}

/** The output of --json. */
export const toJson = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** `no story lat; did you mean late?` */
export function unknownWord(kind: string, word: string, known: readonly string[]): Misuse {
  const near = known.filter((each) => distance(each, word) <= 2 || (word.length > 2 && each.startsWith(word)));
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'see --help';
  return new Misuse(`no ${kind} ${word}; ${hint}`);
}

/** The Levenshtein distance of two words. */
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
