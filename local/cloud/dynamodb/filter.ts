import { isDeepStrictEqual } from 'node:util';

/**
 * A filter pattern of an event source mapping, limited to the kind we use: nested objects that end in lists of values.
 */
export type Pattern = { [field: string]: Pattern | unknown[] };

/** @throws naming the part that the local run does not support */
export function parsePattern(json: string): Pattern {
  const pattern: unknown = JSON.parse(json);
  check(pattern, '');
  return pattern as Pattern;
}

function check(pattern: unknown, path: string): void {
  if (Array.isArray(pattern)) {
    const operator = pattern.find((value) => typeof value === 'object' && value !== null);
    if (operator !== undefined)
      throw new Error(`filter ${path}: the local run does not support ${JSON.stringify(operator)}`);
    return;
  }
  if (typeof pattern !== 'object' || pattern === null) throw new Error(`filter ${path}: neither an object nor a list`);
  for (const [field, inner] of Object.entries(pattern)) check(inner, `${path}.${field}`);
}

/** True when every field in the pattern has one of the pattern's values. */
export function matches(pattern: Pattern, record: unknown): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    const value =
      typeof record === 'object' && record !== null
        ? Object.entries(record).find(([name]) => name === field)?.[1]
        : undefined;
    return Array.isArray(expected) ? expected.some((each) => isDeepStrictEqual(each, value)) : matches(expected, value);
  });
}
