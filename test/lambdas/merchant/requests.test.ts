import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCharge, parseSession } from '../../../lambdas/merchant/requests.ts';
import * as shop from '../../support/builders/merchant-bodies.ts';

const problems = (body: object) => {
  const read = parseSession(body);
  return 'problems' in read ? read.problems : [];
};
const given = shop.sessionRequestBody();
const customer = (more: object) => ({ ...given, customer: { ...given.customer, ...more } });
const billing = (more: object) => customer({ billing_address: { ...given.customer.billing_address, ...more } });
const order = (more: object) => ({ ...given, order: { ...given.order, ...more } });

describe('a session request', () => {
  test.each([
    ['text that is no URL', order({ redirection: 'shop' }), 'order.redirection', 'must be an https URL'],
    ['a URL without TLS', order({ redirection: 'http://shop.example' }), 'order.redirection', 'must be an https URL'],
    ['a currency in words', order({ currency_code: 'Euro' }), 'order.currency_code', 'has a wrong format'],
    ['an amount as text', order({ amount: '10000' }), 'order.amount', 'must be number'],
    ['half a cent', order({ amount: 10_000.5 }), 'order.amount', 'must be int'],
    ['a negative amount', order({ amount: -1 }), 'order.amount', 'must be at least 0'],
    ['more than Klarna takes', order({ amount: 200_000_001 }), 'order.amount', 'must be at most 200000000'],
    ["another amount than the order's", { ...given, amount: 1 }, 'amount', 'differs from order.amount'],
    [
      'a country in words',
      billing({ country_code: 'Germany' }),
      'customer.billing_address.country_code',
      'has a wrong format',
    ],
    ['an unknown customer type', customer({ type: 'robot' }), 'customer.type', 'person, organization or company'],
    [
      'a date that does not exist',
      customer({ birthdate: '1987-02-30' }),
      'customer.birthdate',
      'must be a past date, yyyy-mm-dd',
    ],
    ['a future date', customer({ birthdate: '2999-01-01' }), 'customer.birthdate', 'must be a past date, yyyy-mm-dd'],
    [
      'a long address',
      billing({ address_lines: ['a', 'b'.repeat(60), 'c'.repeat(60)] }),
      'customer.billing_address.address_lines',
      'too long after the first line',
    ],
    [
      'a long name',
      billing({ first_name: 'x'.repeat(100) }),
      'customer.billing_address.first_name',
      'must be at most 99 characters',
    ],
    [
      'no lines',
      { ...given, shipments: [{ item_lines: [] }] },
      'shipments[0].item_lines',
      'must be at least 1 entries',
    ],
    [
      'an unknown flow',
      { ...given, flow: 'barter' },
      'flow',
      'must be one of capture, authorize, review, tokenize, buy_and_tokenize',
    ],
    ['an unknown field', { ...given, cart: {} }, 'cart', 'is not a field of this request'],
    ['a wrong account name', { ...given, account: 'a b' }, 'account', 'has a wrong format'],
  ])('is refused for %s, by the name of the field', (_, body, field, reason) => {
    expect(problems(body)).toEqual([{ field, reason }]);
  });

  test.each(['US', 'AU'])('needs a province in %s', (country_code) => {
    expect(problems(billing({ country_code }))).toContainEqual({
      field: 'customer.billing_address.province_code',
      reason: `is needed in ${country_code}`,
    });
  });

  test('may return to the same machine without TLS', () => {
    expect(problems(order({ redirection: 'http://127.0.0.1:3000/return' }))).toEqual([]);
    expect(problems(order({ redirection: 'http://localhost/return?session={{session_id}}' }))).toEqual([]);
  });

  test('accepts codes in lower case', () => {
    const { flow, locale, ...body } = billing({ country_code: 'de' }) as Record<string, unknown>;
    expect(parseSession({ ...body, order: { ...given.order, currency_code: 'eur' } })).toMatchObject({
      session: {
        locale: 'en-DE',
        order: { currency_code: 'EUR' },
        customer: { billing_address: { country_code: 'DE' } },
      },
    });
  });

  test('that lacks a field is refused with all other problems at once, those of its sums included', () => {
    const { redirection, ...rest } = given.order;
    const wrong = { ...given, flow: 'tokenize', amount: 9, order: { ...rest, amount: 9999 } };
    expect(problems(wrong)).toEqual([
      { field: 'order.redirection', reason: 'is missing' },
      { field: 'amount', reason: 'differs from order.amount' },
      { field: 'order.amount', reason: 'must be 0 with flow tokenize, which charges nothing' },
      { field: 'order.amount', reason: 'the lines add up to 10000' },
    ]);
  });

  test('of any shape is accepted or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        const read = parseSession(body);
        expect('session' in read || read.problems.length > 0).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('is refused without quoting a value', () => {
    const secret = 'Xq7-secret';
    const wrong = fc.constantFrom(
      billing({ first_name: secret.repeat(20) }),
      billing({ email: [secret] }),
      customer({ birthdate: secret }),
      customer({ type: secret }),
      { ...given, [`${secret} ${secret}`]: 1 },
      order({ redirection: secret }),
    );
    fc.assert(
      fc.property(wrong, (body) => {
        const reasons = JSON.stringify(problems(body).map(({ reason }) => reason));
        expect(reasons).not.toContain(secret);
        expect(problems(body)).toHaveLength(1);
      }),
    );
  });
});

describe('a charge', () => {
  const refusedFor = (body: object) => {
    const read = parseCharge(body, 'DE');
    return 'problems' in read ? read.problems.map(({ field }) => field) : [];
  };

  test('names its initiator', () => {
    expect(refusedFor(shop.chargeRequestBody('merchant'))).toEqual([]);
    expect(refusedFor(shop.chargeRequestBody('customer'))).toEqual([]);
    const { initiator, ...rest } = shop.chargeRequestBody('merchant');
    expect(refusedFor(rest)).toEqual(['initiator']);
  });

  test('by a customer needs a return URL, by a merchant it does not', () => {
    const { redirection, ...order } = given.order;
    expect(refusedFor(shop.chargeRequestBody('customer', { order }))).toEqual(['order.redirection']);
    expect(refusedFor(shop.chargeRequestBody('merchant', { order }))).toEqual([]);
  });

  test('has an amount, and no line above what Klarna accepts there', () => {
    const free = {
      order: { ...given.order, amount: 0 },
      shipments: [{ item_lines: [{ name: 'x', price: 0, quantity: 1, amount: 0 }] }],
    };
    expect(refusedFor(shop.chargeRequestBody('merchant', free))).toEqual(['order.amount']);
    const amount = 100_000_001;
    const dear = {
      order: { ...given.order, amount },
      shipments: [{ item_lines: [{ name: 'x', price: amount, quantity: 1, amount }] }],
    };
    expect(refusedFor(shop.chargeRequestBody('merchant', dear))).toEqual([
      'shipments[0].item_lines[0].price',
      'shipments[0].item_lines[0].amount',
    ]);
  });
});
