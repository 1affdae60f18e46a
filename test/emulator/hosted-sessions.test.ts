import { expect, test } from 'vitest';
import { aKlarna, hosted, onEmulator } from '../support/klarnas.ts';

const klarna = aKlarna();
const { ask, forward } = klarna;
const hours = 3600_000;
const read = (hpp: string) => ask('GET', `/hpp/v1/sessions/${hpp}`);
const shopper = (hpp: string, does: Parameters<ReturnType<typeof klarna.emulated>['control']['shopper']>[1]) =>
  klarna.emulated().control.shopper(hpp, does);

test('a hosted session is made over a session of Klarna Payments and tells its own URLs', async () => {
  const { page } = await hosted(klarna);
  expect(page).toMatchObject({
    status: 201,
    body: {
      session_id: expect.any(String),
      session_url: expect.stringContaining('/hpp/v1/sessions/'),
      redirect_url: expect.stringMatching(/^http/),
      qr_code_url: expect.any(String),
      distribution_url: expect.any(String),
      manual_identification_check_url: expect.any(String),
      expires_at: expect.any(String),
    },
  });
});

test('it waits until the shopper comes', async () => {
  const { hpp } = await hosted(klarna);
  const { status, body } = await read(hpp);
  expect({ status, body }).toMatchObject({ status: 200, body: { session_id: hpp, status: 'WAITING' } });
  expect(body).not.toHaveProperty('customer');
});

test.each([
  ['without a payment session', {}],
  ['over something else', { payment_session_url: 'https://shop.example' }],
])('none is made %s', async (_, body) => {
  const told = await ask('POST', '/hpp/v1/sessions', { body });
  expect(told).toMatchObject({ status: 400, body: { error_code: expect.any(String) } });
});

test('back and cancel cannot both be used, nor a category beside categories', async () => {
  const urls = { back: 'https://shop.example/back', cancel: 'https://shop.example/cancel' };
  expect((await hosted(klarna, { urls })).page.status).toBe(400);
  const { kp } = await hosted(klarna);
  const options = { payment_method_category: 'PAY_LATER', payment_method_categories: ['PAY_LATER'] };
  const body = { payment_session_url: klarna.urlOf(kp), options };
  expect((await ask('POST', '/hpp/v1/sessions', { body })).status).toBe(400);
});

test('one that nobody made is not found', async () => {
  const nobody = '00000000-0000-4000-8000-000000000000';
  expect((await read(nobody)).status).toBe(404);
  expect((await ask('DELETE', `/hpp/v1/sessions/${nobody}`)).status).toBe(404);
});

test('it can be disabled, and is so for good', async () => {
  const { hpp } = await hosted(klarna);
  expect((await ask('DELETE', `/hpp/v1/sessions/${hpp}`)).status).toBe(204);
  expect((await read(hpp)).body.status).toBe('DISABLED');
});

onEmulator('one that was completed cannot be disabled', async () => {
  const { hpp } = await hosted(klarna);
  shopper(hpp, 'approve');
  expect((await ask('DELETE', `/hpp/v1/sessions/${hpp}`)).status).toBe(400);
  expect((await read(hpp)).body.status).toBe('COMPLETED');
});

onEmulator('a shopper who declined, failed or went back may pay all the same', async () => {
  const { hpp } = await hosted(klarna);
  const words: unknown[] = [];
  for (const does of ['arrive', 'decline', 'error', 'back', 'approve'] as const) {
    shopper(hpp, does);
    words.push((await read(hpp)).body.status);
  }
  expect(words).toEqual(['IN_PROGRESS', 'FAILED', 'ERROR', 'BACK', 'COMPLETED']);
});

onEmulator('after a word that is final nothing more happens', async () => {
  const { hpp } = await hosted(klarna);
  shopper(hpp, 'cancel');
  expect(() => shopper(hpp, 'approve')).toThrow('over');
  expect((await ask('DELETE', `/hpp/v1/sessions/${hpp}`)).status).toBe(400);
  expect((await read(hpp)).body.status).toBe('CANCELLED');
});

onEmulator('a shopper who leaves shows in no reading', async () => {
  const { hpp } = await hosted(klarna);
  shopper(hpp, 'leave');
  expect((await read(hpp)).body.status).toBe('IN_PROGRESS');
});

onEmulator(
  'with NONE the completed session hands over an authorization, otherwise the order that Klarna placed',
  async () => {
    const [none, placed, captured] = [
      await hosted(klarna, { mode: 'NONE' }),
      await hosted(klarna, { mode: 'PLACE_ORDER' }),
      await hosted(klarna, { mode: 'CAPTURE_ORDER' }),
    ];
    for (const { hpp } of [none, placed, captured]) shopper(hpp, 'approve');
    const handed = (await read(none.hpp)).body;
    expect(handed).toMatchObject({ authorization_token: expect.any(String) });
    expect(handed).not.toHaveProperty('order_id');
    const orders = await Promise.all(
      [placed, captured].map(async ({ hpp }) => {
        const { order_id, authorization_token } = (await read(hpp)).body;
        expect(authorization_token).toBeUndefined();
        return (await ask('GET', `/ordermanagement/v1/orders/${order_id}`)).body.status;
      }),
    );
    expect(orders).toEqual(['AUTHORIZED', 'CAPTURED']);
  },
);

onEmulator('where Klarna orders, a shopper whom its risk team rejects has failed, and may try again', async () => {
  const { hpp } = await hosted(klarna);
  shopper(hpp, 'approve_rejected');
  expect((await read(hpp)).body.status).toBe('FAILED');
  shopper(hpp, 'approve');
  expect((await read(hpp)).body.status).toBe('COMPLETED');
});

onEmulator('the way back has its placeholders filled in', async () => {
  const urls = { success: 'https://shop.example/ok?hpp={{session_id}}&order={{order_id}}&t={{authorization_token}}' };
  const { hpp } = await hosted(klarna, { urls });
  const { redirect_to } = shopper(hpp, 'approve');
  const { order_id } = (await read(hpp)).body;
  expect(redirect_to).toBe(`https://shop.example/ok?hpp=${hpp}&order=${order_id}&t={{authorization_token}}`);
});

onEmulator('without an error URL the one for failures is used', async () => {
  const { hpp } = await hosted(klarna, { urls: { failure: 'https://shop.example/failed' } });
  expect(shopper(hpp, 'error').redirect_to).toBe('https://shop.example/failed');
});

onEmulator('it lives one hour less than the session of Klarna Payments, which lives 48', async () => {
  const { kp, hpp, page } = await hosted(klarna);
  const life = Date.parse(String(page.body.expires_at)) - Date.now();
  expect(Math.round(life / 60_000)).toBe(47 * 60);
  forward(47 * hours + 1000);
  expect([(await read(hpp)).status, (await ask('GET', `/payments/v1/sessions/${kp}`)).status]).toEqual([404, 200]);
  forward(hours);
  expect((await ask('GET', `/payments/v1/sessions/${kp}`)).status).toBe(404);
  expect((await hosted(klarna)).page.status).toBe(201);
});

onEmulator('a page over a session that has run out, or is complete, is not made', async () => {
  const { kp, hpp } = await hosted(klarna);
  shopper(hpp, 'approve');
  const body = { payment_session_url: klarna.urlOf(kp) };
  expect((await ask('POST', '/hpp/v1/sessions', { body })).status).toBe(404);
});

onEmulator('it is sent to the shopper by whom it knows how', async () => {
  const { hpp } = await hosted(klarna);
  const send = (body: object) => ask('POST', `/hpp/v1/sessions/${hpp}/distribution`, { body });
  expect((await send({ contact_information: { email: 'a@shop.example' }, method: 'email' })).status).toBe(204);
  expect((await send({ method: 'pigeon' })).status).toBe(400);
});
