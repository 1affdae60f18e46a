import { describe, expect, test } from 'vitest';
import {
  contradicts,
  type Facts,
  klarnaReference,
  maxSealed,
  maxTokens,
  merge,
  references,
  type SealedToken,
  usableToken,
  withAuthorization,
} from '../../../lambdas/payment/facts.ts';
import { minute, tokenFacts } from '../../support/builders/reports.ts';

const identities = ['hpp_session_id', 'kp_session_id', 'order_id', 'customer_token_id'] as const;

describe.each(identities)('%s', (name) => {
  test('fills a gap', () => expect(merge({}, { [name]: 'a' })).toEqual({ [name]: 'a' }));

  test('stays when nothing new is reported', () => expect(merge({ [name]: 'a' }, {})).toEqual({ [name]: 'a' }));

  test('is a reference that may be published', () => expect(references({ [name]: 'a' })).toEqual({ [name]: 'a' }));

  test('contradicts another of its kind, and only that', () => {
    expect(contradicts({ [name]: 'a' }, { [name]: 'b' })).toBe(true);
    expect(contradicts({ [name]: 'a' }, { [name]: 'a' })).toBe(false);
    expect(contradicts({}, { [name]: 'b' })).toBe(false);
    expect(contradicts({ [name]: 'a' }, {})).toBe(false);
  });
});

test('of two expiries the later one counts, in either order', () => {
  const [early, late]: [Facts, Facts] = [{ expires_at: minute(1) }, { expires_at: minute(2) }];
  expect(merge(early, late)).toEqual(late);
  expect(merge(late, early)).toBe(late);
  expect(merge({}, early)).toEqual(early);
  expect(merge(early, {})).toBe(early);
});

const fingerprint = (facts: Facts) => usableToken(facts)?.fingerprint;

test('of two authorizations the newer one is used, in either order', () => {
  expect(fingerprint(merge(tokenFacts('a', 1), tokenFacts('b', 2)))).toBe('b');
  expect(fingerprint(merge(tokenFacts('b', 2), tokenFacts('a', 1)))).toBe('b');
});

test('of two authorizations of one moment the choice does not depend on their order', () => {
  expect(merge(tokenFacts('a', 1), tokenFacts('b', 1))).toEqual(merge(tokenFacts('b', 1), tokenFacts('a', 1)));
  expect(fingerprint(merge(tokenFacts('a', 1), tokenFacts('b', 1)))).toBe('b');
});

test('an authorization that is reported again keeps the date of its first report', () => {
  expect(merge(tokenFacts('a', 5), tokenFacts('a', 1))).toEqual(tokenFacts('a', 1));
  expect(merge(tokenFacts('a', 1), tokenFacts('a', 5))).toEqual(tokenFacts('a', 1));
});

const discarded = (name: string, at: number): Facts => ({ authorizations: [{ fingerprint: name, at: minute(at) }] });

test('a discarded authorization stays discarded, however often it is reported again', () => {
  const spent = merge(tokenFacts('a', 1), discarded('a', 1));
  expect(spent).toEqual(discarded('a', 1));
  expect(merge(spent, tokenFacts('a', 9))).toBe(spent);
  expect(merge(discarded('a', 9), tokenFacts('a', 1))).toEqual(discarded('a', 1));
});

test('when the newest authorization is used up, the one before it is used', () => {
  expect(fingerprint(merge(merge(tokenFacts('a', 1), tokenFacts('b', 2)), discarded('b', 2)))).toBe('a');
});

test('an order discards all authorizations, including those that are reported later', () => {
  const ordered = merge(tokenFacts('a', 1), { order_id: 'o' });
  expect(ordered).toEqual({ order_id: 'o', ...discarded('a', 1) });
  expect(usableToken(merge(ordered, tokenFacts('b', 2)))).toBeUndefined();
  expect(merge({ order_id: 'o' }, tokenFacts('a', 1))).toEqual(ordered);
});

describe('of many authorizations', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => tokenFacts(`t${n}`, n));
  const names = (facts: Facts, isKept = (_: SealedToken) => true) =>
    facts.authorizations?.filter(isKept).map(({ fingerprint: name }) => name);
  const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `t${from + n}`);

  test('only the newest eight can be used, and the others are remembered', () => {
    const held = many(maxSealed + 2).reduce(merge, {});
    expect(names(held)).toEqual(numbered(0, maxSealed + 2));
    expect(names(held, ({ sealed }) => sealed !== undefined)).toEqual(numbered(2, maxSealed + 2));
  });

  test('a discarded one takes no place of those that can be used', () => {
    const held = [...many(maxSealed), discarded('t3', 3), tokenFacts('t20', 20)].reduce(merge, {});
    expect(names(held, ({ sealed }) => sealed !== undefined)).toHaveLength(maxSealed);
    expect(fingerprint(held)).toBe('t20');
  });

  test('one that is reported again after eight newer ones stays discarded', () => {
    const held = many(maxSealed + 1).reduce(merge, {});
    expect(merge(held, tokenFacts('t0', 50))).toBe(held);
  });

  test('the newest 64 are remembered', () => {
    expect(names(many(maxTokens + 2).reduce(merge, {}))).toEqual(numbered(2, maxTokens + 2));
  });

  test('the order in which they are reported does not matter', () => {
    const some = many(maxSealed + 4);
    expect(some.toReversed().reduce(merge, {})).toEqual(some.reduce(merge, {}));
  });
});

test('the same authorization sealed again keeps its first seal', () => {
  const held = tokenFacts('a', 1);
  const again: Facts = { authorizations: [{ sealed: 'sealed otherwise', fingerprint: 'a', at: minute(1) }] };
  expect(merge(held, again)).toBe(held);
});

const klarna = (klarna_reference: string, at: number) => klarnaReference(klarna_reference, minute(at));

test("Klarna's reference identifies nothing: the later one counts, in either order, and it may be published", () => {
  expect(klarna('K1', 1)).toEqual({ klarna: { klarna_reference: 'K1', at: minute(1) } });
  expect(klarnaReference(undefined, minute(1))).toEqual({});
  expect(contradicts(klarna('K1', 1), klarna('K2', 2))).toBe(false);
  expect(merge(klarna('K1', 1), klarna('K2', 2))).toEqual(klarna('K2', 2));
  const later = klarna('K2', 2);
  expect(merge(later, klarna('K1', 1))).toBe(later);
  expect(merge(later, { order_id: 'o' })).toEqual({ order_id: 'o', ...later });
  expect(references(later)).toEqual({ klarna_reference: 'K2' });
  expect(references({ order_id: 'o' })).not.toHaveProperty('klarna_reference');
});

test('facts that only a newer version knows are kept', () => {
  const newer: Facts = JSON.parse('{"order_id":"o","passport":"x"}');
  expect(merge(newer, { kp_session_id: 'k' })).toEqual({ order_id: 'o', passport: 'x', kp_session_id: 'k' });
  expect(references(newer)).not.toHaveProperty('passport');
});

const shop = (one: string, two: string, at: number): Facts => ({
  merchant: { merchant_reference1: one, merchant_reference2: two, at: minute(at) },
});

test('a shop may change its references: the later ones count, in either order', () => {
  expect(contradicts(shop('cart', 'a', 1), shop('order', 'b', 2))).toBe(false);
  expect(merge(shop('cart', 'a', 1), shop('order', 'b', 2))).toEqual(shop('order', 'b', 2));
  const later = shop('order', 'b', 2);
  expect(merge(later, shop('cart', 'a', 1))).toBe(later);
});

test.each([
  [shop('a', 'x', 1), shop('b', 'x', 1)],
  [shop('a', 'x', 1), shop('a', 'y', 1)],
  [shop('a b', 'c', 1), shop('a', 'b c', 1)],
])('of two references of one moment the choice does not depend on their order', (one, two) => {
  expect(merge(one, two)).toEqual(two);
  expect(merge(two, one)).toBe(two);
});

test("the merchant's references may be published, without their date", () => {
  expect(references(shop('order', 'b', 2))).toEqual({ merchant_reference1: 'order', merchant_reference2: 'b' });
});

test('equal facts in another object add nothing: the held object is returned', () => {
  const held: Facts = { ...shop('a', 'b', 1), ...tokenFacts('x', 1) };
  expect(merge(held, { ...shop('a', 'b', 1), ...tokenFacts('x', 1) })).toBe(held);
  const ordered = merge(held, { order_id: 'o' });
  expect(merge(ordered, {})).toBe(ordered);
  expect(merge(ordered, discarded('x', 1))).toBe(ordered);
});

test('facts that add nothing return the held object', () => {
  const held: Facts = { hpp_session_id: 's', expires_at: minute(2), ...tokenFacts('a', 1) };
  expect(merge(held, {})).toBe(held);
  expect(merge(held, { hpp_session_id: 's', expires_at: minute(1) })).toBe(held);
});

test('neither a token nor an expiry is a reference', () => {
  expect(references({ order_id: 'o', expires_at: minute(1), ...tokenFacts('a', 1) })).toEqual({ order_id: 'o' });
});

test('a report carries the sealed token that came with it beside its other facts', () => {
  const report = { id: 'r', facts: { kp_session_id: 's' } };
  const token = { fingerprint: 'f', sealed: 'x', at: minute(1) };
  expect(withAuthorization(report, token)).toEqual({ id: 'r', facts: { kp_session_id: 's', authorizations: [token] } });
  expect(withAuthorization(report, undefined)).toBe(report);
});
