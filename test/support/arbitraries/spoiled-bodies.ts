import fc from 'fast-check';
import { oddText, oddValue } from './odd-values.ts';

type Change = { at: number; does: 'replace' | 'remove' | 'add'; key: string; value: unknown };

/** A good body, with one to three places of it replaced, removed or added to. */
export const spoiledBody = (good: object): fc.Arbitrary<string> =>
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
    .map((changes) => JSON.stringify(changes.reduce(spoilPlace, JSON.parse(JSON.stringify(good)))));

function spoilPlace(body: object, { at, does, key, value }: Change): object {
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

/** Bytes that are almost JSON: cut off, flipped, nested, doubled, in another encoding, or after a byte order mark. */
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
