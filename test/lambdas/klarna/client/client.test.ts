import { describe, expect, test } from 'vitest';
import { apiUrl, klarnaClient, taskRate } from '../../../../lambdas/klarna/client/client.ts';
import { failureOf, klarnaAccount, scriptedKlarna } from '../../../support/harness/scripted-klarna.ts';

const klarna = scriptedKlarna();
const [token, body] = ['tok-123456', { a: 1 }];

describe('credentials that Klarna no longer accepts', () => {
  const passwords = () =>
    klarna.requests.map(({ headers }) => Buffer.from(String(headers.authorization).slice(6), 'base64').toString());

  test('are read again, and the request is repeated once, even one that must not be sent twice', async () => {
    klarna.reply({ status: 401 }, { status: 200, body: { token_id: 't' } });
    const client = klarna.client({ renew: async () => ({ default: { ...klarnaAccount, password: 'new' } }) });
    expect(await client.createCustomerToken({ token, body })).toMatchObject({ token_id: 't' });
    await client.createCustomerToken({ token, body });
    expect(passwords()).toEqual(['PK_1:pass:word', 'PK_1:new', 'PK_1:new']);
  });

  test('count as no answer if they were read a moment ago', async () => {
    klarna.reply({ status: 401 });
    const client = klarna.client({ renew: async () => undefined });
    expect(await failureOf(client.createCustomerToken({ token, body }))).toMatchObject({
      kind: 'unavailable',
      status: 401,
    });
    expect(klarna.requests).toHaveLength(1);
  });

  test('count as no answer if they cannot be read again, so that the request may wait for new ones', async () => {
    klarna.reply({ status: 401, body: { error_code: 'UNAUTHORIZED' } });
    expect(await failureOf(klarna.client().readOrder('order-1'))).toMatchObject({ kind: 'unavailable', status: 401 });
    expect(klarna.requests).toHaveLength(1);
  });
});

test('an account that is not configured is named in the error', () => {
  const accounts = { default: klarnaAccount, oslo: klarnaAccount };
  expect(() => klarnaClient({ accounts })('oslo')).not.toThrow();
  for (const name of ['moon', 'constructor', '__proto__'])
    expect(() => klarnaClient({ accounts })(name)).toThrow(`account ${name} is not in the accounts secret`);
});

test.each([
  ['eu', 'production', 'https://api.klarna.com'],
  ['eu', 'playground', 'https://api.playground.klarna.com'],
  ['na', 'production', 'https://api-na.klarna.com'],
  ['na', 'playground', 'https://api-na.playground.klarna.com'],
  ['oc', 'production', 'https://api-oc.klarna.com'],
  ['oc', 'playground', 'https://api-oc.playground.klarna.com'],
] as const)('an account in %s, %s, is served by %s', (region, environment, host) => {
  expect(apiUrl({ region, environment })).toBe(host);
});

test('another host may serve an account, but never over a network without TLS', () => {
  expect(apiUrl(klarnaAccount, 'https://klarna.test/')).toBe('https://klarna.test');
  expect(apiUrl(klarnaAccount, 'http://127.0.0.1:4700')).toBe('http://127.0.0.1:4700');
  expect(() => apiUrl(klarnaAccount, 'http://klarna.test')).toThrow('KLARNA_API_URL');
  expect(() => apiUrl(klarnaAccount, 'http://127.0.0.1.evil.test')).toThrow('KLARNA_API_URL');
});

test.each([
  ['production', 'createPaymentSession', 20],
  ['production', 'createHostedSession', 20],
  ['production', 'createCustomerToken', 20],
  ['production', 'readOrder', 100],
  ['playground', 'createCustomerToken', 2],
  ['playground', 'placeOrder', 25],
] as const)('tasks use half of the rate that Klarna accepts: in %s %s %d a second', (environment, operation, rate) => {
  expect(taskRate({ environment }, operation)).toBe(rate);
});
