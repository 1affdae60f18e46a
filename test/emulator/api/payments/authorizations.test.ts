import { expect, test } from 'vitest';
import {
  klarnaPurchase,
  newAuthorization,
  newHostedSession,
  onEmulator,
  testedKlarna,
} from '../../../support/harness/emulated-klarna.ts';

const klarna = testedKlarna();
const { ask, forward } = klarna;
const place = (token: string) => ask('POST', `/payments/v1/authorizations/${token}/order`, { body: klarnaPurchase() });
const cancel = (token: string) => ask('DELETE', `/payments/v1/authorizations/${token}`);

test('an unknown authorization is not found', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect((await place(unknown)).status).toBe(404);
  expect((await cancel(unknown)).status).toBe(404);
});

onEmulator('an authorization expires after an hour', async () => {
  const { token } = await newAuthorization(klarna);
  forward(3601_000);
  expect(await place(token)).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } });
});

onEmulator('a cancelled authorization is unknown from then on', async () => {
  const { token, kp } = await newAuthorization(klarna);
  const { status, headers } = await cancel(token);
  expect([status, headers.get('klarna-correlation-id')]).toEqual([204, expect.any(String)]);
  expect((await place(token)).status).toBe(404);
  expect((await ask('GET', `/payments/v1/sessions/${kp}`)).body).not.toHaveProperty('authorization_token');
});

onEmulator('an authorization is consumed where Klarna itself has placed the order', async () => {
  const { hpp } = await newHostedSession(klarna);
  klarna.emulated().control.shopper(hpp, 'approve');
  const { token } = klarna.emulated().control.authorizations().at(-1) ?? expect.fail();
  expect(await place(token)).toMatchObject({ status: 403, body: { error_code: 'INVALID_OPERATION' } });
  expect((await cancel(token)).status).toBe(403);
});
