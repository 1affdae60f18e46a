import { describe, expect, test } from 'vitest';
import type { ZodMiniType } from 'zod/mini';
import { canonicalJson, id, parseJson, reference, shortHash, time, token, word } from '../../lambdas/json.ts';

const parse = (text: string) => parseJson(Buffer.from(text));

describe('a body', () => {
  test.each(['', ' \r\n\t', 'null'])('of %j is empty', (text) => expect(parse(text)).toBe('empty'));

  test.each(['{', '7', '"COMPLETED"', 'true', 'status=COMPLETED', '[1,]'])('of %j is unreadable', (text) =>
    expect(parse(text)).toBe('unreadable'),
  );

  test('that is an object or a list is returned', () => {
    expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 });
    expect(parse('[1]')).toEqual([1]);
  });

  test('that is not UTF-8 is unreadable', () => {
    expect(parseJson(Buffer.from('{"a":"\u00ff"}', 'latin1'))).toBe('unreadable');
  });
});

test('canonical JSON sorts fields by their UTF-16 code units, at any depth, and keeps the order of lists (RFC 8785)', () => {
  const value = {
    b: [{ z: 1, a: null }, 'x', -0, 1e30],
    '10': true,
    '2': '\u20ac"',
    '\ud83d\ude00': 1,
    '\ufb33': 2,
    a: {},
  };
  expect(canonicalJson(value)).toBe(
    '{"10":true,"2":"\u20ac\\"","a":{},"b":[{"a":null,"z":1},"x",0,1e+30],"\ud83d\ude00":1,"\ufb33":2}',
  );
});

test('a hash has 22 characters, is the same for equal values and differs for others', () => {
  expect(shortHash({ a: [1, 2] })).toMatch(/^[\w-]{22}$/);
  expect(shortHash({ a: [1, 2] })).toBe(shortHash({ a: [1, 2] }));
  expect(new Set([shortHash(['a', 'b']), shortHash(['ab']), shortHash('ab'), shortHash(['b', 'a'])]).size).toBe(4);
});

const accepts = (field: ZodMiniType, value: unknown) => field.parse(value) === value;

describe.each<[name: string, field: ZodMiniType, longest: number]>([
  ['an id', id, 255],
  ['a token', token, 1024],
  ['a word', word, 64],
])('%s', (_, field, longest) => {
  test('is printable ASCII of limited length', () => {
    expect(accepts(field, 'x'.repeat(longest))).toBe(true);
    expect(field.parse('x'.repeat(longest + 1))).toBeUndefined();
    for (const wrong of ['', 'a b', 'a\u0000b', 'é', 7, null, {}]) expect(field.parse(wrong)).toBeUndefined();
  });

  test.each(['{order.id}', '{{order_id}}'])('is not the placeholder %s', (placeholder) => {
    expect(field.parse(placeholder)).toBeUndefined();
  });
});

test('a reference is well-formed text of 1 to 255 characters', () => {
  for (const right of ['x', 'Bestellung 7 €', 'x'.repeat(255)]) expect(accepts(reference, right)).toBe(true);
  for (const wrong of ['', 'x'.repeat(256), 'half \ud83d', 7]) expect(reference.parse(wrong)).toBeUndefined();
});

describe('a time', () => {
  test.each([
    ['2026-11-22T09:59:58Z', '2026-11-22T09:59:58.000Z'],
    ['2026-11-22T10:59:58.1234567+01:00', '2026-11-22T09:59:58.123Z'],
  ])('of %s is converted to UTC and milliseconds', (text, converted) => expect(time.parse(text)).toBe(converted));

  test.each(['yesterday', '22 Nov 2026 10:00 UTC', '2026-11-22', '2026-13-45T00:00:00Z', 7, undefined])(
    'is not %j',
    (value) => expect(time.parse(value)).toBeUndefined(),
  );

  test.each(['9999-12-31T23:59:59-23:59', '0000-01-01T00:00:00+23:59'])(
    'keeps the four digits of its year: not %s',
    (text) => expect(time.parse(text)).toBeUndefined(),
  );
});
