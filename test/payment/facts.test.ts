import { describe, expect, test } from 'vitest';
import { contradicts, type Facts, merge, references } from '../../lambdas/payment/facts.ts';
import { minute, token } from '../support/tellings.ts';

const identities = ['hpp_session_id', 'kp_session_id', 'order_id', 'klarna_reference'] as const;

describe.each(identities)('%s', (name) => {
  test('fills a gap', () => expect(merge({}, { [name]: 'a' })).toEqual({ [name]: 'a' }));

  test('stays when nothing is told', () => expect(merge({ [name]: 'a' }, {})).toEqual({ [name]: 'a' }));

  test('is a reference that may be published', () => expect(references({ [name]: 'a' })).toEqual({ [name]: 'a' }));

  test('contradicts another of its kind, and only that', () => {
    expect(contradicts({ [name]: 'a' }, { [name]: 'b' })).toBe(true);
    expect(contradicts({ [name]: 'a' }, { [name]: 'a' })).toBe(false);
    expect(contradicts({}, { [name]: 'b' })).toBe(false);
    expect(contradicts({ [name]: 'a' }, {})).toBe(false);
  });
});

test('of two expiries the later one counts, told in either order', () => {
  const [early, late]: [Facts, Facts] = [{ expires_at: minute(1) }, { expires_at: minute(2) }];
  expect(merge(early, late)).toEqual(late);
  expect(merge(late, early)).toBe(late);
  expect(merge({}, early)).toEqual(early);
  expect(merge(early, {})).toBe(early);
});

test('of two authorizations the newer one counts, told in either order', () => {
  expect(merge(token('a', 1), token('b', 2))).toEqual(token('b', 2));
  const newer = token('b', 2);
  expect(merge(newer, token('a', 1))).toBe(newer);
});

test('of two authorizations of one moment the choice does not depend on their order', () => {
  expect(merge(token('a', 1), token('b', 1))).toEqual(token('b', 1));
  expect(merge(token('b', 1), token('a', 1))).toEqual(token('b', 1));
});

test('the same authorization sealed again keeps its first seal', () => {
  const held = token('a', 1);
  const again: Facts = { authorization: { sealed: 'sealed otherwise', fingerprint: 'a', at: minute(1) } };
  expect(merge(held, again)).toBe(held);
});

const shop = (one: string, two: string, at: number): Facts => ({
  merchant: { merchant_reference1: one, merchant_reference2: two, at: minute(at) },
});

test('the shop may rename a payment: the later names count, told in either order', () => {
  expect(contradicts(shop('cart', 'a', 1), shop('order', 'b', 2))).toBe(false);
  expect(merge(shop('cart', 'a', 1), shop('order', 'b', 2))).toEqual(shop('order', 'b', 2));
  const later = shop('order', 'b', 2);
  expect(merge(later, shop('cart', 'a', 1))).toBe(later);
});

test.each([
  [shop('a', 'x', 1), shop('b', 'x', 1)],
  [shop('a', 'x', 1), shop('a', 'y', 1)],
  [shop('a b', 'c', 1), shop('a', 'b c', 1)],
])('of two names of one moment the choice does not depend on their order', (one, two) => {
  expect(merge(one, two)).toEqual(two);
  expect(merge(two, one)).toBe(two);
});

test("the merchant's names may be published, without their date", () => {
  expect(references(shop('order', 'b', 2))).toEqual({ merchant_reference1: 'order', merchant_reference2: 'b' });
});

test('nothing new is recognised: the very facts come back', () => {
  const held: Facts = { order_id: 'o', expires_at: minute(2), ...token('a', 1) };
  expect(merge(held, {})).toBe(held);
  expect(merge(held, { order_id: 'o', expires_at: minute(1) })).toBe(held);
});

test('neither a token nor an expiry is a reference', () => {
  expect(references({ order_id: 'o', expires_at: minute(1), ...token('a', 1) })).toEqual({ order_id: 'o' });
});
