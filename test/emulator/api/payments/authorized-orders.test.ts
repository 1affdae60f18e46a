import { expect } from 'vitest';
import {
  klarnaPurchase,
  newAuthorization,
  newHostedSession,
  onEmulator,
  testedKlarna,
} from '../../../support/harness/emulated-klarna.ts';

const klarna = testedKlarna();
const { ask } = klarna;
const place = (token: string, more: object = {}) =>
  ask('POST', `/payments/v1/authorizations/${token}/order`, { body: klarnaPurchase(more) });
const [lamp, desk] = klarnaPurchase().order_lines;

onEmulator('an authorization makes one order and repeats its answer', async () => {
  const { token, kp } = await newAuthorization(klarna);
  const first = await place(token);
  expect(first).toMatchObject({ status: 200, body: { fraud_status: 'ACCEPTED', order_id: expect.any(String) } });
  expect((await place(token)).body).toEqual(first.body);
  const orders = klarna.emulated().control.orders();
  expect(orders.filter(({ order_id }) => order_id === first.body.order_id)).toHaveLength(1);
  expect((await ask('GET', `/payments/v1/sessions/${kp}`)).body.status).toBe('complete');
});

onEmulator('a second order with another body is a conflict', async () => {
  const { token } = await newAuthorization(klarna);
  await place(token);
  expect(await place(token, { merchant_reference1: 'other' })).toMatchObject({ status: 409 });
});

onEmulator(
  'an order that differs from its session is refused with the names of the fields, and stays refused',
  async () => {
    const { token } = await newAuthorization(klarna);
    const other = { order_lines: [desk, lamp] };
    for (const _ of [1, 2])
      expect(await place(token, other)).toMatchObject({
        status: 409,
        body: { error_code: 'BAD_VALUE', error_messages: ['Not matching fields: [order_lines]'] },
      });
    expect((await place(token)).status).toBe(409);
  },
);

onEmulator('an order may add an address that the session did not have', async () => {
  const { token } = await newAuthorization(klarna);
  expect((await place(token, { billing_address: { city: 'Berlin', country: 'DE' } })).status).toBe(200);
});

onEmulator('a session makes no second order from another authorization', async () => {
  const { kp, token } = await newAuthorization(klarna);
  const again = await ask('POST', '/hpp/v1/sessions', { body: { payment_session_url: klarna.urlOf(kp) } });
  klarna.emulated().control.shopper(String(again.body.session_id), 'approve');
  const { authorization_token } = (await ask('GET', `/hpp/v1/sessions/${again.body.session_id}`)).body;
  await place(token);
  expect(await place(String(authorization_token))).toMatchObject({
    status: 404,
    body: { error_code: 'SESSION_COMPLETED' },
  });
});

onEmulator('an authorization that the risk team rejects makes no order', async () => {
  const { hpp } = await newHostedSession(klarna, { mode: 'NONE' });
  klarna.emulated().control.shopper(hpp, 'approve_rejected');
  const { authorization_token } = (await ask('GET', `/hpp/v1/sessions/${hpp}`)).body;
  expect(await place(String(authorization_token))).toMatchObject({ status: 403, body: { error_code: 'REJECTED' } });
});
