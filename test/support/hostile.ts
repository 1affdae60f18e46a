import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { expect } from 'vitest';
import { paymentEvent } from '../../events/contract.ts';
import { toEntry } from '../../lambdas/aws/outbox.ts';
import type { Payment } from '../../lambdas/payment/payment.ts';
import type { PaymentStore } from '../../lambdas/payment/record.ts';

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

/** A value that nobody asked for. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(...numbers, null, true, false, [], {}),
  fc.array(fc.oneof(oddText, fc.constant(null)), { maxLength: 3 }),
  fc.array(fc.tuple(fc.constantFrom(...poison), oddText), { maxLength: 3 }).map(own),
  fc.integer({ min: 1, max: 300 }).map((depth) => JSON.parse(`${'{"a":['.repeat(depth)}0${']}'.repeat(depth)}`)),
);

/** An object with these very keys: not even `__proto__` does anything. */
function own(entries: [string, unknown][]): unknown {
  const text = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${text.join()}}`);
}

type Change = { at: number; does: 'replace' | 'remove' | 'add'; key: string; value: unknown };

/** A good body with some of it replaced, removed, or added to. */
export const spoilt = (good: object): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record<Change>({
        at: fc.nat(1000),
        does: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add'),
        key: oddText,
        value: oddValue,
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((changes) => JSON.stringify(changes.reduce(spoil, JSON.parse(JSON.stringify(good)))));

function spoil(body: object, { at, does, key, value }: Change): object {
  const places = placesIn(body);
  const place = places[at % places.length];
  if (!place) return body;
  const { holder, name } = place;
  if (does === 'remove') Reflect.deleteProperty(holder, name);
  else define(holder, does === 'add' && !Array.isArray(holder) ? key : name, value);
  return body;
}

const define = (holder: object, name: string, value: unknown) =>
  Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true });

const placesIn = (holder: object): { holder: object; name: string }[] =>
  Object.entries(holder).flatMap(([name, value]) => [
    { holder, name },
    ...(typeof value === 'object' && value !== null ? placesIn(value) : []),
  ]);

/** Bytes that are almost JSON: cut off, flipped, nested, doubled, in another encoding, or with a mark before them. */
export const almostJson = (good: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    fc.tuple(good, fc.nat(2000)).map(([text, length]) => Buffer.from(text.slice(0, length))),
    fc.tuple(good, fc.nat(2000), fc.integer({ min: 0, max: 255 })).map(([text, at, byte]) => {
      const bytes = Buffer.from(text);
      bytes[at % bytes.length] = byte;
      return bytes;
    }),
    good.map((text) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])),
    good.map((text) => Buffer.from(text, 'utf16le')),
    good.map((text) => Buffer.from(`${text}${text}`)),
    fc.tuple(good, good).map(([text, other]) => Buffer.from(`${text.slice(0, -1)},${other.slice(1)}`)), // every key twice
    fc
      .constantFrom('1e999999', '-0', `${'9'.repeat(400)}`, '"\\ud800"', 'null', '[]', '""')
      .map((text) => Buffer.from(text)),
    fc.constantFrom('[', '{"a":', '[[', '"').map((part) => Buffer.from(part.repeat(20_000))),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );

/** Payments in memory, which refuses what DynamoDB would refuse: a value that it cannot hold, an item over 400 KB. */
export function strictStore() {
  const kept = new Map<string, Payment>();
  let calls = 0;
  const store: PaymentStore = {
    find: async (id) => {
      calls += 1;
      return kept.get(id);
    },
    save: async (payment) => {
      calls += 1;
      const saved = { ...payment, version: payment.version + 1 };
      const text = JSON.stringify(marshall(saved, { removeUndefinedValues: true }));
      if (/\\ud[89a-f]/i.test(text)) throw new Error('DynamoDB takes UTF-8: a lone surrogate is none');
      if (Buffer.byteLength(text) > 400 * 1024) throw new Error('DynamoDB takes 400 KB');
      kept.set(payment.id, saved);
      return { saved };
    },
  };
  return { store, kept, calls: () => calls };
}

/** What subscribers would get of a payment keeps the contract. */
export function expectInContract(payment: Payment): void {
  for (const change of payment.changes) {
    const { DetailType, Source, Detail = '' } = toEntry({ payment, change, bus: 'bus' });
    const envelope = { version: '0', id: 'd', account: '1', time: '', region: 'r', resources: [] };
    const event = { ...envelope, 'detail-type': DetailType, source: Source, detail: JSON.parse(Detail) };
    expect(paymentEvent.safeParse(event).error?.issues).toBeUndefined();
  }
}

const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const pristine = prototypes.map((each) => Reflect.ownKeys(each).length);

/** No input has written through to what all objects share. */
export const expectUnpolluted = (): void =>
  expect(prototypes.map((each) => Reflect.ownKeys(each).length)).toEqual(pristine);
