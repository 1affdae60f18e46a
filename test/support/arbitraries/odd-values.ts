import fc from 'fast-check';

/** Names that mean something to JavaScript's objects. */
export const poison = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf'];

const oddTexts = [
  ...poison,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'a\udc00b',
  '\ufeff',
  '\u202e',
  '\u2028',
  '{order.id}',
  '../../etc/passwd',
  '%00',
  '-1',
  '1e999',
  'null',
  'true',
  '9999-12-31T23:59:59-23:59',
  '0000-01-01T00:00:00+23:59',
  '2026-02-30T25:61:61Z',
  'x'.repeat(64),
  'x'.repeat(65),
  'x'.repeat(255),
  'x'.repeat(256),
  '\u20ac'.repeat(255),
  '\ud83d\ude00'.repeat(128),
  'x'.repeat(1024),
  'x'.repeat(1025),
];
const numbers = [0, -0, -1, 0.1, 1e21, 1e308, 2 ** 53, -(2 ** 53), 2 ** 31, 200_000_001, Number.MIN_VALUE];

export const oddText = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 20 }),
);

/** A value of any other shape. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(...numbers, null, true, false, [], {}),
  fc.array(fc.oneof(oddText, fc.constant(null)), { maxLength: 3 }),
  fc.array(fc.tuple(fc.constantFrom(...poison), oddText), { maxLength: 3 }).map(own),
  fc.integer({ min: 1, max: 300 }).map((depth) => JSON.parse(`${'{"a":['.repeat(depth)}0${']}'.repeat(depth)}`)),
);

/** An object with exactly these own keys, `__proto__` among them. */
function own(entries: [string, unknown][]): unknown {
  const text = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${text.join()}}`);
}
