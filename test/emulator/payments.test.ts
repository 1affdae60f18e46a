import { describe, expect, test } from 'vitest';
import { aKlarna, authorized, hosted, onEmulator, purchase } from '../support/klarnas.ts';

const klarna = aKlarna();
const { ask, forward } = klarna;
const nobody = '00000000-0000-4000-8000-000000000000';
const create = (more: object = {}) => ask('POST', '/payments/v1/sessions', { body: purchase(more) });
const place = (token: string, more: object = {}) =>
  ask('POST', `/payments/v1/authorizations/${token}/order`, { body: purchase(more) });
const [lamp, desk] = purchase().order_lines;

describe('a session', () => {
  test('is made, read and changed', async () => {
    const { status, body } = await create();
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { client_token: expect.any(String), payment_method_categories: expect.any(Array) },
    });
    const path = `/payments/v1/sessions/${body.session_id}`;
    expect((await ask('POST', path, { body: purchase({ merchant_reference1: '1002' }) })).status).toBe(204);
    expect(await ask('GET', path)).toMatchObject({
      status: 200,
      body: { status: 'incomplete', order_amount: 10_000, merchant_reference1: '1002' },
    });
  });

  test('that nobody made is not found', async () => {
    expect(await ask('GET', `/payments/v1/sessions/${nobody}`)).toMatchObject({ status: 404 });
  });

  test.each([
    ['without lines', { order_lines: [] }],
    ['whose lines do not add up', { order_amount: 9999 }],
    ['whose tax does not add up', { order_tax_amount: 1 }],
    ['with a line that is more than quantity times price', { order_lines: [{ ...lamp, total_amount: 6001 }, desk] }],
    [
      'with a line that no tax rate explains',
      { order_lines: [{ ...lamp, total_tax_amount: 900 }, desk], order_tax_amount: 900 },
    ],
    ['with a country in words', { purchase_country: 'Germany' }],
    ['with a currency in words', { purchase_currency: 'Euro' }],
    ['with a debt', { order_amount: -1 }],
    ['with a callback in clear', { merchant_urls: { notification: 'http://shop.example' } }],
    ['with an intent that is none', { intent: 'barter' }],
    ['with a long reference', { merchant_reference1: 'x'.repeat(256) }],
  ])('%s is refused in its envelope', async (_, more) => {
    const { status, body, headers } = await create(more);
    expect({ status, code: body.error_code }).toMatchObject({ status: 400, code: 'BAD_VALUE' });
    expect(body.error_messages).toContainEqual(expect.any(String));
    expect(headers.get('klarna-correlation-id')).toBe(body.correlation_id);
  });

  onEmulator('takes a tax that is one unit beside the exact one, and no other', async () => {
    const taxed = (tax: number) =>
      create({ order_lines: [{ ...lamp, tax_rate: 1900, total_tax_amount: tax }, desk], order_tax_amount: tax });
    const answers = await Promise.all([956, 957, 958, 959, 960].map(taxed));
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 200, 400, 400]);
  });

  onEmulator('in the US has its tax in a line of its own', async () => {
    const us = (order_lines: object[], order_tax_amount: number) =>
      create({ purchase_country: 'US', purchase_currency: 'USD', order_lines, order_amount: 10_800, order_tax_amount });
    const tax = { type: 'sales_tax', name: 'Sales tax', quantity: 1, unit_price: 800, total_amount: 800 };
    expect((await us([lamp ?? {}, desk ?? {}, tax], 800)).status).toBe(200);
    expect((await us([{ ...lamp, total_tax_amount: 958, tax_rate: 1900 }, desk ?? {}, tax], 1758)).status).toBe(400);
  });

  test('takes 1000 lines and not one more', async () => {
    const of = (count: number) => ({
      order_amount: count,
      order_lines: Array(count).fill({ name: 'x', quantity: 1, unit_price: 1, total_amount: 1 }),
    });
    expect([(await create(of(1000))).status, (await create(of(1001))).status]).toEqual([200, 400]);
  });

  onEmulator('without an amount is for tokens only', async () => {
    const free = { order_amount: 0, order_lines: [{ name: 'x', quantity: 1, unit_price: 0, total_amount: 0 }] };
    expect([(await create(free)).status, (await create({ ...free, intent: 'tokenize' })).status]).toEqual([400, 200]);
  });
});

describe('an authorization', () => {
  test('that nobody granted is not found', async () => {
    expect((await place(nobody)).status).toBe(404);
    expect((await ask('DELETE', `/payments/v1/authorizations/${nobody}`)).status).toBe(404);
  });

  onEmulator('makes one order, and says the same when it is asked again', async () => {
    const { token, kp } = await authorized(klarna);
    const first = await place(token);
    expect(first).toMatchObject({ status: 200, body: { fraud_status: 'ACCEPTED', order_id: expect.any(String) } });
    expect((await place(token)).body).toEqual(first.body);
    expect(
      klarna
        .emulated()
        .control.orders()
        .filter(({ order_id }) => order_id === first.body.order_id),
    ).toHaveLength(1);
    expect((await ask('GET', `/payments/v1/sessions/${kp}`)).body.status).toBe('complete');
  });

  onEmulator('with another body than the first is a conflict', async () => {
    const { token } = await authorized(klarna);
    await place(token);
    expect(await place(token, { merchant_reference1: 'other' })).toMatchObject({ status: 409 });
  });

  onEmulator('whose order differs from the session is refused by field, and the same again', async () => {
    const { token } = await authorized(klarna);
    const other = { order_lines: [desk, lamp] };
    for (const _ of [1, 2])
      expect(await place(token, other)).toMatchObject({
        status: 409,
        body: { error_code: 'BAD_VALUE', error_messages: ['Not matching fields: [order_lines]'] },
      });
    expect((await place(token)).status).toBe(409);
  });

  onEmulator('takes an address that the session did not have', async () => {
    const { token } = await authorized(klarna);
    expect((await place(token, { billing_address: { city: 'Berlin', country: 'DE' } })).status).toBe(200);
  });

  onEmulator('is worth nothing after an hour', async () => {
    const { token } = await authorized(klarna);
    forward(3601_000);
    expect(await place(token)).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } });
  });

  onEmulator('of a session that has its order is told so', async () => {
    const { kp, token } = await authorized(klarna);
    const again = await ask('POST', '/hpp/v1/sessions', { body: { payment_session_url: klarna.urlOf(kp) } });
    klarna.emulated().control.shopper(String(again.body.session_id), 'approve');
    const { authorization_token } = (await ask('GET', `/hpp/v1/sessions/${again.body.session_id}`)).body;
    await place(token);
    expect(await place(String(authorization_token))).toMatchObject({
      status: 404,
      body: { error_code: 'SESSION_COMPLETED' },
    });
  });

  onEmulator('with which Klarna has ordered itself is consumed', async () => {
    const { hpp } = await hosted(klarna);
    klarna.emulated().control.shopper(hpp, 'approve');
    const { token } = klarna.emulated().control.authorizations().at(-1) ?? expect.fail();
    expect(await place(token)).toMatchObject({ status: 403, body: { error_code: 'INVALID_OPERATION' } });
    expect((await ask('DELETE', `/payments/v1/authorizations/${token}`)).status).toBe(403);
  });

  onEmulator('can be cancelled, and is then unknown', async () => {
    const { token, kp } = await authorized(klarna);
    const { status, headers } = await ask('DELETE', `/payments/v1/authorizations/${token}`);
    expect([status, headers.get('klarna-correlation-id')]).toEqual([204, expect.any(String)]);
    expect((await place(token)).status).toBe(404);
    expect((await ask('GET', `/payments/v1/sessions/${kp}`)).body).not.toHaveProperty('authorization_token');
  });

  onEmulator('that the risk team rejects makes no order', async () => {
    const { hpp } = await hosted(klarna, { mode: 'NONE' });
    klarna.emulated().control.shopper(hpp, 'approve_rejected');
    const { authorization_token } = (await ask('GET', `/hpp/v1/sessions/${hpp}`)).body;
    expect(await place(String(authorization_token))).toMatchObject({ status: 403, body: { error_code: 'REJECTED' } });
  });
});
