import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readOperation } from '../../../lambdas/merchant/operation-requests.ts';
import { readCharge, readSession } from '../../../lambdas/merchant/requests.ts';
import * as shop from '../../support/builders/merchant-bodies.ts';

const problems = (body: object) => {
  const read = readSession(body);
  return 'problems' in read ? read.problems : [];
};
const given = shop.sessionBody();
const customer = (more: object) => ({ ...given, customer: { ...given.customer, ...more } });
const billing = (more: object) => customer({ billing_address: { ...given.customer.billing_address, ...more } });
const order = (more: object) => ({ ...given, order: { ...given.order, ...more } });

describe('a session request', () => {
  test.each([
    ['a URL that is none', order({ redirection: 'shop' }), 'order.redirection', 'must be an https URL'],
    ['a URL in clear', order({ redirection: 'http://shop.example' }), 'order.redirection', 'must be an https URL'],
    ['a currency in words', order({ currency_code: 'Euro' }), 'order.currency_code', 'has a wrong format'],
    ['an amount in a text', order({ amount: '10000' }), 'order.amount', 'must be number'],
    ['half a cent', order({ amount: 10_000.5 }), 'order.amount', 'must be int'],
    ['a debt', order({ amount: -1 }), 'order.amount', 'must be at least 0'],
    ['more than Klarna takes', order({ amount: 200_000_001 }), 'order.amount', 'must be at most 200000000'],
    ["another amount than the order's", { ...given, amount: 1 }, 'amount', 'differs from order.amount'],
    [
      'a country in words',
      billing({ country_code: 'Germany' }),
      'customer.billing_address.country_code',
      'has a wrong format',
    ],
    ['a kind of customer', customer({ type: 'robot' }), 'customer.type', 'person, organization or company'],
    [
      'a day that never was',
      customer({ birthdate: '1987-02-30' }),
      'customer.birthdate',
      'must be a past date, yyyy-mm-dd',
    ],
    ['a day to come', customer({ birthdate: '2999-01-01' }), 'customer.birthdate', 'must be a past date, yyyy-mm-dd'],
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
      'a flow',
      { ...given, flow: 'barter' },
      'flow',
      'must be one of capture, authorize, review, tokenize, buy_and_tokenize',
    ],
    ['a field', { ...given, cart: {} }, 'cart', 'is not a field of this request'],
    ["an account's name", { ...given, account: 'a b' }, 'account', 'has a wrong format'],
  ])('is refused for %s, by name', (_, body, field, reason) => {
    expect(problems(body)).toEqual([{ field, reason }]);
  });

  test.each(['US', 'AU'])('needs a province in %s', (country_code) => {
    expect(problems(billing({ country_code }))).toContainEqual({
      field: 'customer.billing_address.province_code',
      reason: `is needed in ${country_code}`,
    });
  });

  test('may come back to the machine it was made on', () => {
    expect(problems(order({ redirection: 'http://127.0.0.1:3000/return' }))).toEqual([]);
    expect(problems(order({ redirection: 'http://localhost/return?session={{session_id}}' }))).toEqual([]);
  });

  test('is not picky about upper and lower case', () => {
    const { flow, locale, ...body } = billing({ country_code: 'de' }) as Record<string, unknown>;
    expect(readSession({ ...body, order: { ...given.order, currency_code: 'eur' } })).toMatchObject({
      session: {
        locale: 'en-DE',
        order: { currency_code: 'EUR' },
        customer: { billing_address: { country_code: 'DE' } },
      },
    });
  });

  test('that lacks a field is told of its sums all the same, all at once', () => {
    const { redirection, ...rest } = given.order;
    const wrong = { ...given, flow: 'tokenize', amount: 9, order: { ...rest, amount: 9999 } };
    expect(problems(wrong)).toEqual([
      { field: 'order.redirection', reason: 'is missing' },
      { field: 'amount', reason: 'differs from order.amount' },
      { field: 'order.amount', reason: 'must be 0 with flow tokenize, which charges nothing' },
      { field: 'order.amount', reason: 'the lines add up to 10000' },
    ]);
  });

  test('of any shape is read or refused, never a crash', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        const read = readSession(body);
        expect('session' in read || read.problems.length > 0).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('that is wrong says so without a word of what it held', () => {
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
        const told = JSON.stringify(problems(body).map(({ reason }) => reason));
        expect(told).not.toContain(secret);
        expect(problems(body)).toHaveLength(1);
      }),
    );
  });
});

describe('a charge', () => {
  const refusedFor = (body: object) => {
    const read = readCharge(body, 'DE');
    return 'problems' in read ? read.problems.map(({ field }) => field) : [];
  };

  test('says who began it', () => {
    expect(refusedFor(shop.chargeBody('merchant'))).toEqual([]);
    expect(refusedFor(shop.chargeBody('customer'))).toEqual([]);
    const { initiator, ...rest } = shop.chargeBody('merchant');
    expect(refusedFor(rest)).toEqual(['initiator']);
  });

  test('by a customer needs a way back, by a merchant it does not', () => {
    const { redirection, ...order } = given.order;
    expect(refusedFor(shop.chargeBody('customer', { order }))).toEqual(['order.redirection']);
    expect(refusedFor(shop.chargeBody('merchant', { order }))).toEqual([]);
  });

  test('charges something, and no more on a line than Klarna takes there', () => {
    const free = {
      order: { ...given.order, amount: 0 },
      shipments: [{ item_lines: [{ name: 'x', price: 0, quantity: 1, amount: 0 }] }],
    };
    expect(refusedFor(shop.chargeBody('merchant', free))).toEqual(['order.amount']);
    const amount = 100_000_001;
    const dear = {
      order: { ...given.order, amount },
      shipments: [{ item_lines: [{ name: 'x', price: amount, quantity: 1, amount }] }],
    };
    expect(refusedFor(shop.chargeBody('merchant', dear))).toEqual([
      'shipments[0].item_lines[0].price',
      'shipments[0].item_lines[0].amount',
    ]);
  });
});

describe('an operation', () => {
  const line = { name: 'x', price: 100, quantity: 2, amount: 200 };

  test('has the amount of its lines, where it names none itself', () => {
    expect(readOperation('captures', { item_lines: [line, line] })).toMatchObject({ request: { amount: 400 } });
    expect(readOperation('captures', {})).toEqual({ request: {} });
  });

  test.each([
    ['captures', { amount: 0 }, 'amount'],
    ['captures', { amount: 399, item_lines: [line, line] }, 'amount'],
    ['refunds', { item_lines: [{ ...line, amount: 201 }] }, 'item_lines[0].amount'],
    ['refunds', { amount: 1, shipping_info: [] }, 'shipping_info'],
    ['captures', { shipping_info: [{ shipping_method: 'Pigeon' }] }, 'shipping_info[0].shipping_method'],
    ['cancellation', { amount: 1 }, 'amount'],
    ['release', { reason: 'x' }, 'reason'],
    ['extension', { capture_id: 'c' }, 'number_of_days'],
    ['extension', { number_of_days: 3 }, 'capture_id'],
  ] as const)('%s with %j is refused for %s', (name, body, field) => {
    const read = readOperation(name, body);
    expect('problems' in read && read.problems[0]?.field).toBe(field);
  });
});
