import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintOf, idempotencyKeyOf } from '../../../../lambdas/handlers/http/merchant-requests.ts';

type Event = Parameters<typeof idempotencyKeyOf>[0];
const keyIn = (key: string) => idempotencyKeyOf({ headers: { 'idempotency-key': key } } as unknown as Event);

describe('an idempotency key', () => {
  test.each(['x', 'parcel 1', 'ü', '注文1001', '😀', 'Ã¼ as Latin-1', '\u0080', 'x'.repeat(255), '~!"\\,;'])(
    'may be %j',
    (key) => {
      expect(keyIn(key)).toBe(key);
    },
  );

  test.each(['', 'x'.repeat(256), 'a\nb', '\u0000', '\u007f', 'unreadable \ufffd', '\ud83d alone'])(
    'is not %j',
    (key) => {
      expect(() => keyIn(key)).toThrow('Idempotency-Key');
    },
  );

  test('of at most 255 bytes is accepted whether its bytes come as Latin-1 or as UTF-8', () => {
    const key = '\u00fc'.repeat(127);
    for (const text of [key, Buffer.from(key).toString('latin1')]) expect(keyIn(text)).toBe(text);
  });
});

/** A JSON value and the same value with the fields of all its objects in another order. */
const permuted = fc.tuple(fc.jsonValue(), fc.infiniteStream(fc.nat())).map(([value, numbers]) => {
  const shuffled = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(shuffled);
    if (typeof each !== 'object' || each === null) return each;
    const entries = Object.entries(each).map(([name, held]) => ({ name, held, at: numbers.next().value ?? 0 }));
    return Object.fromEntries(entries.sort((a, b) => a.at - b.at).map(({ name, held }) => [name, shuffled(held)]));
  };
  return [{ value }, { value: shuffled(value) }] as const;
});

describe('a fingerprint', () => {
  test('is that of the value: any order of its fields has the same', () => {
    fc.assert(
      fc.property(permuted, ([one, other]) => {
        expect(fingerprintOf(other)).toBe(fingerprintOf(one));
      }),
    );
  });

  test('differs for another value', () => {
    const values = [
      { a: 1 },
      { a: '1' },
      { a: [1] },
      { a: { b: 1 } },
      { a: 1, b: 1 },
      { a: [1, 2] },
      { a: [2, 1] },
      { a: null },
    ];
    expect(new Set(values.map(fingerprintOf)).size).toBe(values.length);
  });
});
