import { expect, test } from 'vitest';
import {
  klarnaPurchase,
  newAuthorization,
  newKey,
  onEmulator,
  testedKlarna,
} from '../../../support/harness/emulated-klarna.ts';

const klarna = testedKlarna();
const { ask } = klarna;
const unknown = '00000000-0000-4000-8000-000000000000';
const agreement = {
  description: 'A magazine every month',
  intended_use: 'SUBSCRIPTION',
  locale: 'de-DE',
  purchase_country: 'DE',
  purchase_currency: 'EUR',
};
const tokenize = (token: string, body: object = agreement) =>
  ask('POST', `/payments/v1/authorizations/${token}/customer-token`, { body });
const path = (token: string) => `/customer-token/v1/tokens/${token}`;

const { purchase_country, locale, ...basket } = klarnaPurchase();
const charge = (token: string, more: object = {}, key = newKey()) =>
  ask('POST', `${path(token)}/order`, { body: { ...basket, ...more }, key });

const aToken = async () => {
  const { token } = await newAuthorization(klarna, { intent: 'buy_and_tokenize' });
  return String((await tokenize(token)).body.token_id);
};

test('an unknown token is refused with the error code of each call', async () => {
  expect(await ask('GET', path(unknown))).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } });
  expect(await charge(unknown)).toMatchObject({ status: 404, body: { error_code: 'TOKEN_NOT_FOUND' } });
  const cancelled = await ask('PATCH', `${path(unknown)}/status`, { body: { status: 'CANCELLED' } });
  expect(cancelled.status).toBe(404);
});

onEmulator('an authorization makes a token and then still its order', async () => {
  const { token } = await newAuthorization(klarna, { intent: 'buy_and_tokenize' });
  expect(await tokenize(token)).toMatchObject({ status: 200, body: { token_id: expect.any(String) } });
  const ordered = await ask('POST', `/payments/v1/authorizations/${token}/order`, { body: klarnaPurchase() });
  expect(ordered.status).toBe(200);
});

onEmulator('no token is made after the order, nor in a session that does not tokenize', async () => {
  const { token } = await newAuthorization(klarna, { intent: 'buy_and_tokenize' });
  await ask('POST', `/payments/v1/authorizations/${token}/order`, { body: klarnaPurchase() });
  expect(await tokenize(token)).toMatchObject({ status: 403, body: { error_code: 'INVALID_OPERATION' } });
  expect((await tokenize((await newAuthorization(klarna)).token)).status).toBe(403);
});

onEmulator('a token needs every field of the agreement', async () => {
  const { token } = await newAuthorization(klarna, { intent: 'tokenize' });
  for (const field of Object.keys(agreement))
    expect(await tokenize(token, { ...agreement, [field]: undefined })).toMatchObject({
      status: 400,
      body: { error_code: 'BAD_VALUE', error_messages: [`Bad value: ${field}`] },
    });
});

onEmulator('a token shows its status and payment method', async () => {
  expect(await ask('GET', path(await aToken()))).toMatchObject({
    status: 200,
    body: { status: 'ACTIVE', payment_method_type: 'CARD', card: { brand: 'VISA' } },
  });
});

onEmulator('a token is charged once per key', async () => {
  const [token, key] = [await aToken(), newKey()];
  const first = await charge(token, {}, key);
  expect(first).toMatchObject({
    status: 200,
    body: { order_id: expect.any(String), fraud_status: 'ACCEPTED', redirect_url: expect.any(String) },
  });
  expect((await charge(token, {}, key)).body).toEqual(first.body);
  expect((await charge(token)).body.order_id).not.toBe(first.body.order_id);
});

onEmulator('a charge has an amount, and at most half of what Klarna Payments takes', async () => {
  const token = await aToken();
  const of = (unit_price: number) => ({
    order_amount: unit_price,
    order_lines: [{ name: 'x', quantity: 1, unit_price, total_amount: unit_price }],
  });
  const answers = [
    await charge(token, of(0)),
    await charge(token, of(100_000_000)),
    await charge(token, of(100_000_001)),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 200, 400]);
});

onEmulator('a charge with auto_capture is captured', async () => {
  const { body } = await charge(await aToken(), { auto_capture: true });
  expect((await ask('GET', `/ordermanagement/v1/orders/${body.order_id}`)).body.status).toBe('CAPTURED');
});

onEmulator('a cancelled token is not charged', async () => {
  const token = await aToken();
  const patch = (status: string) => ask('PATCH', `${path(token)}/status`, { body: { status } });
  expect((await patch('ACTIVE')).status).toBe(400);
  expect((await patch('CANCELLED')).status).toBe(202);
  expect((await ask('GET', path(token))).body.status).toBe('CANCELLED');
  expect(await charge(token)).toMatchObject({ status: 403, body: { error_code: 'TOKEN_CANCELED' } });
});

onEmulator('a suspended token is not charged', async () => {
  const token = await aToken();
  klarna.emulated().control.token(token, 'suspend');
  expect(await charge(token)).toMatchObject({ status: 403, body: { error_code: 'TOKEN_SUSPENDED' } });
});

onEmulator(
  'a failed charge offers a step-up where the merchant supports it, and the step-up repairs the token',
  async () => {
    const token = await aToken();
    klarna.emulated().control.token(token, 'fail', 'PAYMENT_METHOD_FAILED');
    const refusal = { status: 403, body: { error_code: 'PAYMENT_METHOD_FAILED', fraud_status: 'REJECTED' } };
    const [withoutStepUp, withStepUp] = [await charge(token), await charge(token, { step_up: 'SUPPORTED' })];
    expect([withoutStepUp, withStepUp]).toMatchObject([refusal, refusal]);
    expect(withoutStepUp.body).not.toHaveProperty('step_up_id');

    const { step_up_id } = withStepUp.body;
    const customer = { customer_token: token };
    const repair = { intent: 'buy_and_tokenize', step_up_id, customer };
    const { token: authorization } = await newAuthorization(klarna, repair);
    expect((await charge(token)).status).toBe(403);
    await ask('POST', `/payments/v1/authorizations/${authorization}/order`, { body: klarnaPurchase({ customer }) });
    expect((await charge(token)).status).toBe(200);
  },
);

onEmulator('a token is repaired only with its own step-up', async () => {
  const body = klarnaPurchase({ step_up_id: unknown, customer: { customer_token: await aToken() } });
  expect((await ask('POST', '/payments/v1/sessions', { body })).status).toBe(400);
});
