import { isDeepStrictEqual } from 'node:util';

/** A filter pattern of an event source mapping, as far as ours go: nested objects that end in lists of equal values. */
export type Pattern = { [field: string]: Pattern | unknown[] };

/** @throws naming what the local run does not know */
export function parsePattern(json: string): Pattern {
  const pattern: unknown = JSON.parse(json);
  check(pattern, '');
  return pattern as Pattern;
}

function check(pattern: unknown, path: string): void {
  if (Array.isArray(pattern)) {
    const odd = pattern.find((value) => typeof value === 'object' && value !== null);
    if (odd !== undefined) throw new Error(`filter ${path}: ${JSON.stringify(odd)} is more than the local run knows`);
    return;
  }
  if (typeof pattern !== 'object' || pattern === null) throw new Error(`filter ${path}: neither an object nor a list`);
  for (const [field, inner] of Object.entries(pattern)) check(inner, `${path}.${field}`);
}

/** True when every field of the pattern has one of its values. */
export function matches(pattern: Pattern, record: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value =
      typeof record === 'object' && record !== null
        ? Object.entries(record).find(([name]) => name === field)?.[1]
        : undefined;
    return Array.isArray(wanted) ? wanted.some((each) => isDeepStrictEqual(each, value)) : matches(wanted, value);
  });
}
