import { describe, expect, test } from 'vitest';
import { failureOf, type Reply, scriptedKlarna } from '../../../support/harness/scripted-klarna.ts';

const klarna = scriptedKlarna();
const body = { a: 1 };
const [token, order_id, key] = ['tok-123456', 'order-1', 'key-1'];

test("a refusal is thrown at once, with Klarna's code and correlation id", async () => {
  klarna.reply({ status: 403, body: { correlation_id: 'c-7', error_code: 'CAPTURE_NOT_ALLOWED' } });
  expect(await failureOf(klarna.client().capture({ order_id, key, body }))).toMatchObject({
    kind: 'refused',
    status: 403,
    code: 'CAPTURE_NOT_ALLOWED',
    correlationId: 'c-7',
  });
  expect(klarna.requests).toHaveLength(1);
});

describe('no answer', () => {
  test.each<[reply: Reply]>([['hang up'], [{ status: 503 }], [{ status: 500, body: 'oops' }]])(
    '%j repeats the request under the same key, three attempts in all',
    async (reply) => {
      klarna.reply(reply);
      expect(await failureOf(klarna.client().capture({ order_id, key, body }))).toMatchObject({ kind: 'unavailable' });
      expect(klarna.requests.map(({ headers }) => headers['klarna-idempotency-key'])).toEqual([key, key, key]);
      expect(klarna.pauses).toEqual([200, 400]);
      expect(klarna.calls).toMatchObject([{ outcome: 'unavailable', attempts: 3 }]);
    },
  );

  test('does not matter once a repeat is answered', async () => {
    klarna.reply('hang up', { status: 201, headers: { 'capture-id': 'c' } });
    const answer = await klarna.client().capture({ order_id, key, body });
    expect(answer).toEqual({ capture_id: 'c', correlation_id: 'corr-1' });
    expect(klarna.calls).toMatchObject([{ outcome: 'ok', attempts: 2 }]);
  });

  test.each<[reply: Reply]>([['hang up'], [{ status: 503 }], [{ status: 504, text: '<html>' }]])(
    '%j to a write is not made up for by a refusal of its repeat: the first attempt may still be at work',
    async (reply) => {
      klarna.reply(reply, { status: 403, body: { error_code: 'CAPTURE_NOT_ALLOWED' } });
      expect(await failureOf(klarna.client().capture({ order_id, key, body }))).toMatchObject({
        kind: 'unavailable',
        status: 403,
        code: 'CAPTURE_NOT_ALLOWED',
      });
      expect(klarna.calls).toMatchObject([{ outcome: 'unavailable', attempts: 2 }]);
    },
  );

  test('to a read has no effect: the refusal of its repeat is believed', async () => {
    klarna.reply('hang up', { status: 404, body: { error_code: 'NO_SUCH_ORDER' } });
    expect(await failureOf(klarna.client().readOrder(order_id))).toMatchObject({ kind: 'refused', status: 404 });
  });

  test("leaves Klarna's correlation id of each attempt in the log, for Klarna's support", async () => {
    const answer = (status: number, id: string) => ({
      status,
      headers: { 'klarna-correlation-id': id, 'capture-id': 'c' },
    });
    klarna.reply(answer(503, 'corr-a'), 'hang up', answer(201, 'corr-c'));
    await klarna.client().capture({ order_id, key, body });
    expect(klarna.calls).toMatchObject([{ attempts: 3, earlier: 'corr-a none', correlation_id: 'corr-c' }]);
  });

  test('is assumed after the timeout of an attempt', async () => {
    klarna.reply('silence');
    const startedAt = performance.now();
    const error = await failureOf(klarna.client({ timeoutMs: 20 }).createCustomerToken({ token, body }));
    expect(error).toMatchObject({ kind: 'unavailable', status: undefined });
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('repeats no request that must not be sent twice', async () => {
    klarna.reply({ status: 503 });
    await failureOf(klarna.client().createCustomerToken({ token, body }));
    expect(klarna.requests).toHaveLength(1);
  });

  test('repeats no request beyond the budget', async () => {
    klarna.reply({ status: 503 });
    let time = 0;
    const now = () => {
      time += 3000;
      return new Date(time);
    };
    await failureOf(klarna.client({ now, budgetMs: 10_000 }).readOrder(order_id));
    expect(klarna.requests).toHaveLength(1);
  });
});

describe('too many requests', () => {
  test.each([
    ['seconds', '3', 3000],
    ['a time', String(Date.parse('2026-11-22T10:00:05Z') / 1000), 5000],
    ['nothing', undefined, 200],
    ['nonsense', 'soon', 200],
  ])('are sent again after the reset, given as %s', async (_, reset, pause) => {
    klarna.reply(
      { status: 429, ...(reset && { headers: { 'x-ratelimit-reset': reset } }) },
      { status: 200, body: { token_id: 't' } },
    );
    await klarna.client({ now: () => new Date('2026-11-22T10:00:00Z') }).createCustomerToken({ token, body });
    expect(klarna.pauses).toEqual([pause]);
  });

  test('are not at work: the refusal of a repeat is believed', async () => {
    klarna.reply({ status: 429 }, { status: 403, body: { error_code: 'CAPTURE_NOT_ALLOWED' } });
    expect(await failureOf(klarna.client().capture({ order_id, key, body }))).toMatchObject({ kind: 'refused' });
  });

  test('count as no answer when the reset lies beyond the budget', async () => {
    klarna.reply({ status: 429, headers: { 'x-ratelimit-reset': '60' } });
    const error = await failureOf(klarna.client().readOrder(order_id));
    expect(error).toMatchObject({ kind: 'unavailable', status: 429, retryAfter: 60_000 });
    expect(klarna.pauses).toEqual([]);
  });
});

describe('a shared rate', () => {
  test('gives a permit before every attempt, for this account and operation', async () => {
    const requested: unknown[] = [];
    klarna.reply({ status: 503 }, { status: 200, body: { session_id: 's' } });
    await klarna.client({ permit: async (call) => requested.push(call) > 0 }).readHostedSession('s');
    const call = { account: 'default', operation: 'readHostedSession', perSecond: 25 };
    expect(requested).toEqual([call, call]);
  });

  test('that is used up counts as no answer, and Klarna is not called', async () => {
    const error = await failureOf(klarna.client({ permit: async () => false }).readOrder(order_id));
    expect(error).toMatchObject({ kind: 'unavailable', code: 'RATE_USED_UP' });
    expect(klarna.requests).toEqual([]);
  });
});

test('connections are reused', async () => {
  klarna.reply({ status: 200, body: { order_amount: 1 } });
  for (let n = 0; n < 20; n++) await klarna.client().readOrder(order_id);
  expect(klarna.connections.size).toBeLessThanOrEqual(2); // one, and the one that an earlier test may have broken
});

test('neither the error nor the log shows the token or the password', async () => {
  for (const reply of [
    'hang up',
    { status: 404, body: { error_code: 'NOT_FOUND', error_messages: [`no ${token}`] } },
    { status: 200 },
  ] as Reply[]) {
    klarna.reply(reply);
    const error = await failureOf(klarna.client().placeOrder({ token, body }));
    const shown = [
      error.message,
      String(error),
      error.stack,
      JSON.stringify(error),
      JSON.stringify(klarna.calls),
    ].join();
    for (const secret of [token, 'pass:word', Buffer.from('PK_1:pass:word').toString('base64')])
      expect(shown).not.toContain(secret);
  }
});
