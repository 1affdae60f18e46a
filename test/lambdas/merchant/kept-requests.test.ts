import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toRecoverySession } from '../../../lambdas/klarna/bodies/sessions.ts';
import { type KeptRequests, parseKeptRequest } from '../../../lambdas/merchant/kept-requests.ts';
import { parseOperation } from '../../../lambdas/merchant/operation-requests.ts';
import { parseCharge, parseSession } from '../../../lambdas/merchant/requests.ts';
import { goodCharge, goodOperation, goodSession } from '../../support/arbitraries/merchant-requests.ts';
import { acceptedCharge, acceptedSession } from '../../support/builders/merchant-bodies.ts';

/** A request as it comes back after it was kept. */
const kept = <Kind extends keyof KeptRequests>(kind: Kind, request: KeptRequests[Kind]): KeptRequests[Kind] =>
  parseKeptRequest(kind, JSON.parse(JSON.stringify(request)));

const token = { country: 'DE', locale: 'de-DE', account: 'default' };
const urls = { notification: 'https://r.example/n', push: 'https://r.example/p?order={order.id}' };

describe('every accepted request is accepted again, unchanged, after it was kept', () => {
  test('a session', () => {
    fc.assert(
      fc.property(goodSession, (body) => {
        const read = parseSession(body);
        const { session } = 'session' in read ? read : expect.fail(JSON.stringify(read.problems));
        expect(kept('order', session)).toEqual(session);
        expect(kept('order', { ...session, urls })).toEqual({ ...session, urls });
      }),
      { numRuns: 500 },
    );
  });

  test('a charge, and the session that repairs it', () => {
    fc.assert(
      fc.property(goodCharge, (body) => {
        const read = parseCharge(body, token.country);
        const { charge } = 'charge' in read ? read : expect.fail(JSON.stringify(read.problems));
        expect(kept('charge', charge)).toEqual(charge);
        const recovery = { ...toRecoverySession(charge, token), urls };
        expect(kept('order', recovery)).toEqual(recovery);
      }),
      { numRuns: 500 },
    );
  });

  test('an operation', () => {
    fc.assert(
      fc.property(goodOperation, ({ name, body }) => {
        const read = parseOperation(name, body);
        const { request } = 'request' in read ? read : expect.fail(JSON.stringify(read.problems));
        expect(kept('operation', request)).toEqual(request);
      }),
      { numRuns: 500 },
    );
  });
});

test('an operation whose amount was added up from its lines is accepted again above the limit of one amount', () => {
  const line = { name: 'Lamp', price: 150_000_000, quantity: 1, amount: 150_000_000 };
  const read = parseOperation('captures', { item_lines: [line, line] });
  const { request } = 'request' in read ? read : expect.fail(JSON.stringify(read.problems));
  expect(kept('operation', request)).toEqual(request);
  expect(request.amount).toBe(300_000_000);
});

describe('a kept request that another version wrote', () => {
  test('may hold fields that this version does not know, at any depth', () => {
    const session = acceptedSession();
    const order = { ...session, order: { ...session.order, gift: true }, customer: { ...session.customer, vat: 'x' } };
    expect(parseKeptRequest('order', order)).toEqual(order);
    expect(
      parseKeptRequest('charge', { ...acceptedCharge(), order: { ...acceptedCharge().order, gift: true } }),
    ).toEqual({
      ...acceptedCharge(),
      order: { ...acceptedCharge().order, gift: true },
    });
  });

  const { locale, ...withoutLocale } = acceptedSession();

  test.each<[kind: keyof KeptRequests, body: unknown, field: string]>([
    ['order', withoutLocale, 'locale'],
    ['order', { ...acceptedSession(), order: { ...acceptedSession().order, amount: 'Xq7-secret' } }, 'order.amount'],
    ['order', { ...acceptedSession(), urls: { notification: 'https://r.example/n', push: 7 } }, 'urls.push'],
    ['charge', { ...acceptedCharge(), initiator: 'Xq7-secret' }, 'initiator'],
    ['operation', { amount: 'Xq7-secret' }, 'amount'],
    ['charge', 'Xq7-secret', 'the whole'],
    ['order', null, 'the whole'],
  ])('is refused as %s by the name of the field, without its value (%#)', (kind, body, field) => {
    expect(() => parseKeptRequest(kind, body)).toThrow(`the kept ${kind} request: ${field} is missing or wrong`);
    expect(() => parseKeptRequest(kind, body)).not.toThrow(/Xq7-secret/);
  });

  test('may have more fields, which are left out', () => {
    const session = acceptedSession();
    expect(parseKeptRequest('order', { ...session, tomorrow: 1 })).toEqual(session);
    expect(parseKeptRequest('operation', { amount: 400, tomorrow: 1 })).toEqual({ amount: 400 });
  });
});
