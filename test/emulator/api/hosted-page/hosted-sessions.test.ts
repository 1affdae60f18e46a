import { expect, test } from 'vitest';
import { newHostedSession, onEmulator, testedKlarna } from '../../../support/harness/emulated-klarna.ts';

const klarna = testedKlarna();
const { ask, forward } = klarna;
const hours = 3600_000;
const read = (hpp: string) => ask('GET', `/hpp/v1/sessions/${hpp}`);
const approve = (hpp: string) => klarna.emulated().control.shopper(hpp, 'approve');

test('a hosted session belongs to a payment session and has URLs of its own', async () => {
  const { page } = await newHostedSession(klarna);
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

test('a session is WAITING until the shopper arrives', async () => {
  const { hpp } = await newHostedSession(klarna);
  const { status, body } = await read(hpp);
  expect({ status, body }).toMatchObject({ status: 200, body: { session_id: hpp, status: 'WAITING' } });
  expect(body).not.toHaveProperty('customer');
});

test.each([
  ['without a payment session', {}],
  ['with another URL instead of a payment session', { payment_session_url: 'https://shop.example' }],
])('a session %s is refused', async (_, body) => {
  const answer = await ask('POST', '/hpp/v1/sessions', { body });
  expect(answer).toMatchObject({ status: 400, body: { error_code: expect.any(String) } });
});

test('a session takes either a back or a cancel URL, and either one category or several', async () => {
  const urls = { back: 'https://shop.example/back', cancel: 'https://shop.example/cancel' };
  expect((await newHostedSession(klarna, { urls })).page.status).toBe(400);
  const { kp } = await newHostedSession(klarna);
  const options = { payment_method_category: 'PAY_LATER', payment_method_categories: ['PAY_LATER'] };
  const body = { payment_session_url: klarna.urlOf(kp), options };
  expect((await ask('POST', '/hpp/v1/sessions', { body })).status).toBe(400);
});

test('an unknown session is not found', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect((await read(unknown)).status).toBe(404);
  expect((await ask('DELETE', `/hpp/v1/sessions/${unknown}`)).status).toBe(404);
});

test('a disabled session reads DISABLED', async () => {
  const { hpp } = await newHostedSession(klarna);
  expect((await ask('DELETE', `/hpp/v1/sessions/${hpp}`)).status).toBe(204);
  expect((await read(hpp)).body.status).toBe('DISABLED');
});

onEmulator('a completed session cannot be disabled', async () => {
  const { hpp } = await newHostedSession(klarna);
  approve(hpp);
  expect((await ask('DELETE', `/hpp/v1/sessions/${hpp}`)).status).toBe(400);
  expect((await read(hpp)).body.status).toBe('COMPLETED');
});

onEmulator('a session expires one hour before its payment session, which lives 48', async () => {
  const { kp, hpp, page } = await newHostedSession(klarna);
  const life = Date.parse(String(page.body.expires_at)) - Date.now();
  expect(Math.round(life / 60_000)).toBe(47 * 60);
  forward(47 * hours + 1000);
  expect([(await read(hpp)).status, (await ask('GET', `/payments/v1/sessions/${kp}`)).status]).toEqual([404, 200]);
  forward(hours);
  expect((await ask('GET', `/payments/v1/sessions/${kp}`)).status).toBe(404);
  expect((await newHostedSession(klarna)).page.status).toBe(201);
});

onEmulator('a complete payment session gets no further hosted session', async () => {
  const { kp, hpp } = await newHostedSession(klarna);
  approve(hpp);
  const body = { payment_session_url: klarna.urlOf(kp) };
  expect((await ask('POST', '/hpp/v1/sessions', { body })).status).toBe(404);
});

onEmulator("a session is distributed by Klarna's methods alone", async () => {
  const { hpp } = await newHostedSession(klarna);
  const send = (body: object) => ask('POST', `/hpp/v1/sessions/${hpp}/distribution`, { body });
  expect((await send({ contact_information: { email: 'a@shop.example' }, method: 'email' })).status).toBe(204);
  expect((await send({ method: 'pigeon' })).status).toBe(400);
});
