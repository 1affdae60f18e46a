import { expect, test } from 'vitest';
import { klarnaPurchase, onEmulator, testedKlarna } from '../support/harness/emulated-klarna.ts';

let now = new Date('2026-11-22T10:00:00.500Z');
const nextSecond = () => {
  now = new Date(now.getTime() + 1000);
};
const klarna = testedKlarna({
  limits: 'playground',
  now: () => now,
  credentials: { username: 'any', password: 'body' },
});
const { ask } = klarna;
const create = () => ask('POST', '/payments/v1/sessions', { body: klarnaPurchase() });
const order = '/ordermanagement/v1/orders/00000000-0000-4000-8000-000000000000';

test.each([
  ['other', `Basic ${Buffer.from('somebody:else').toString('base64')}`],
  ['no', ''],
])('%s credentials are refused', async (_, authorization) => {
  const { status, headers } = await ask('GET', order, { authorization });
  expect([status, headers.get('klarna-correlation-id')]).toEqual([401, expect.any(String)]);
});

test('every answer has a correlation id, and an error has it in its body as well', async () => {
  const { body, headers } = await ask('GET', order);
  expect(body.correlation_id).toBe(headers.get('klarna-correlation-id'));
  expect((await create()).headers.get('klarna-correlation-id')).toEqual(expect.any(String));
});

onEmulator('an unreadable body is a bad request', async () => {
  nextSecond();
  const answer = await ask('POST', '/payments/v1/sessions', { body: '{' });
  expect(answer).toMatchObject({ status: 400, body: { error_code: 'BAD_REQUEST' } });
});

onEmulator('a body of more than 1 MB, counted in bytes, is too large', async () => {
  nextSecond();
  const of = (merchant_data: string) =>
    ask('POST', '/payments/v1/sessions', { body: klarnaPurchase({ merchant_data }) });
  expect(await of('€'.repeat(400_000))).toMatchObject({ status: 413, body: { error_code: 'REQUEST_TOO_LARGE' } });
  expect((await of('x'.repeat(6000))).status).toBe(200);
  expect((await of('x'.repeat(6001))).status).toBe(400);
});

onEmulator('five sessions per second are created, and headers show how many more are allowed', async () => {
  nextSecond();
  const answers = [];
  for (let n = 0; n < 6; n++) answers.push(await create());
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['4', '3', '2', '1', '0', '0']);
  const { body, headers } = answers[5] ?? expect.fail();
  expect([headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-reset')]).toEqual(['5', '1']);
  expect(body).toMatchObject({ error_code: 'TOO_MANY_REQUESTS', correlation_id: expect.any(String) });
  nextSecond();
  expect((await create()).status).toBe(200);
});

onEmulator('every other operation has its own limit of 50 requests per second', async () => {
  nextSecond();
  const reads = await Promise.all(Array.from({ length: 51 }, () => ask('GET', order)));
  expect(reads.filter(({ status }) => status === 429)).toHaveLength(1);
  expect((await ask('POST', `${order}/captures`, { body: { captured_amount: 1 } })).status).toBe(404);
});
