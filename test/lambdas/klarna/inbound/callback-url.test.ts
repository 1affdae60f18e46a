import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CallbackKind,
  callbackKinds,
  callbackUrl,
  isCallbackKind,
  isGenuine,
} from '../../../../lambdas/klarna/inbound/callback-url.ts';
import { paymentIdOf } from '../../../support/builders/reports.ts';

const key = 'k'.repeat(43);
const other = 'o'.repeat(43);
const payment = paymentIdOf('order-1');
const mint = (of: { kind?: CallbackKind; name?: string; key?: string } = {}) =>
  callbackUrl({
    base: 'https://relay.example',
    kind: of.kind ?? 'authorization',
    payment: paymentIdOf(of.name ?? 'order-1'),
    key: of.key ?? key,
  });
const secretIn = (url: string) => new URL(url).pathname.split('/').at(-1) ?? '';
const claim = (secret: string, keys = [key]) => isGenuine({ kind: 'authorization', payment, secret, keys });

test('a minted URL is genuine', () => {
  for (const kind of callbackKinds) {
    expect(isGenuine({ kind, payment, secret: secretIn(mint({ kind })), keys: [key] })).toBe(true);
  }
});

test('a URL shows kind and payment and ends in 256 bits of proof', () => {
  expect(mint()).toMatch(/^https:\/\/relay\.example\/callbacks\/authorization\/order-1\/[\w-]{43}$/);
});

test('a new version of the relay accepts the URLs that Klarna holds: what is signed, and how, never changes', () => {
  const signed = createHmac('sha256', key).update('klarna-relay/1 authorization order-1').digest('base64url');
  expect(secretIn(mint())).toBe(signed);
});

test('the same URL is minted every time, so that none has to be stored', () => expect(mint()).toBe(mint()));

test("a push URL holds Klarna's placeholder for the order id, since a push has no body", () => {
  expect(mint({ kind: 'push' })).toMatch(/\/[\w-]{43}\?order=\{order\.id\}$/);
});

test('a key that is too short mints nothing: the relay would refuse the URL', () => {
  expect(() => mint({ key: 'k'.repeat(31) })).toThrow('key: at least 32 characters');
  expect(() => mint({ key: '' })).toThrow('key: at least 32 characters');
});

describe('rotation', () => {
  const old = secretIn(mint({ key: other }));
  test('the previous key is accepted beside the current one', () => expect(claim(old, [key, other])).toBe(true));
  test('a removed key is not accepted', () => expect(claim(old, [key])).toBe(false));
  test('without a key no URL is genuine', () => expect(claim(secretIn(mint()), [])).toBe(false));
});

describe('refused is', () => {
  test('a secret of another payment', () => expect(claim(secretIn(mint({ name: 'order-2' })))).toBe(false));

  test('a secret of another kind of the same payment', () =>
    expect(claim(secretIn(mint({ kind: 'status_update' })))).toBe(false));

  test('a secret made with a guessed key', () => expect(claim(secretIn(mint({ key: other })))).toBe(false));

  test('no secret at all', () => expect(claim('')).toBe(false));

  test.each([0, 1, 20, 42])('a secret with one letter changed at %i', (at) => {
    const secret = secretIn(mint());
    const changed = secret[at] === 'A' ? 'B' : 'A';
    expect(claim(secret.slice(0, at) + changed + secret.slice(at + 1))).toBe(false);
  });

  test('a secret that is shortened or extended', () => {
    expect(claim(secretIn(mint()).slice(0, -1))).toBe(false);
    expect(claim(`${secretIn(mint())}A`)).toBe(false);
    expect(claim(`${secretIn(mint())}=`)).toBe(false);
    expect(claim(` ${secretIn(mint())}`)).toBe(false);
  });

  test('the same secret in another encoding', () => {
    const secret = Buffer.from(secretIn(mint()), 'base64url');
    expect(claim(secret.toString('hex'))).toBe(false);
    expect(claim(secret.toString('base64'))).toBe(false);
  });

  test('kind and payment shifted against each other', () => {
    const shifted = secretIn(mint({ kind: 'push', name: 'a' }));
    expect(isGenuine({ kind: 'push', payment: paymentIdOf('a.b'), secret: shifted, keys: [key] })).toBe(false);
  });

  test('any other text', () => {
    const right = secretIn(mint());
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => claim(text) === (text === right)),
      { numRuns: 2000 },
    );
    expect(claim(right)).toBe(true);
  });
});

test("kinds are Klarna's own words and nothing else", () => {
  expect(callbackKinds.every(isCallbackKind)).toBe(true);
  expect(['STATUS_UPDATE', 'confirmation', '', 'toString'].some(isCallbackKind)).toBe(false);
});
