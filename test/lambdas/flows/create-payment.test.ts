import { describe, expect, test } from 'vitest';
import { minutes } from '../../../lambdas/payment/clocks.ts';
import { startFlows } from '../../support/harness/flows.ts';

const flows = await startFlows('create');

test('a new payment has both sessions, its request and one change', async () => {
  const id = flows.newPayment();
  const { redirect_url } = { redirect_url: undefined, ...(await flows.create(id, 'authorize')) };
  expect(flows.payment(id)).toMatchObject({
    stage: 'created',
    request: { flow: 'authorize', amount: 10_000, currency: 'EUR' },
    facts: { hpp_session_id: expect.any(String), kp_session_id: expect.any(String), expires_at: expect.any(String) },
    redirect_url,
    incarnation: flows.ports.store.newIncarnation(),
    changes: [{ sequence: 1, pspStatus: 'CREATE', operation: { kind: 'session' } }],
  });
});

test('a repeat gets the same page from the payment alone', async () => {
  const id = flows.newPayment();
  const first = await flows.create(id, 'authorize');
  const sessions = flows.klarna.control.sessions().length;
  flows.storeCalls.length = 0;
  expect(await flows.create(id, 'authorize')).toEqual({ ...first, payment: flows.payment(id) });
  expect(flows.storeCalls).toEqual(['find']);
  expect(flows.klarna.control.sessions()).toHaveLength(sessions);
});

test('a repeat after a failure reuses the session of Klarna Payments', async () => {
  const id = flows.newPayment();
  flows.klarna.control.answers([{ method: 'POST', path: '/hpp/v1/sessions', status: 503, times: 3 }]);
  await expect(flows.create(id, 'authorize')).rejects.toMatchObject({ kind: 'unavailable' });
  const { kp_session_id } = flows.payment(id).facts;
  expect(kp_session_id).toEqual(expect.any(String));
  expect(await flows.create(id, 'authorize')).toMatchObject({ outcome: 'created' });
  expect(flows.payment(id).facts.kp_session_id).toBe(kp_session_id);
});

test('a refusal is kept, and a repeat gets it without asking Klarna', async () => {
  const id = flows.newPayment();
  flows.klarna.control.answers([{ path: '/payments/v1/sessions', status: 400, error_code: 'BAD_VALUE' }]);
  expect(await flows.create(id, 'authorize')).toMatchObject({ outcome: 'refused', error: { code: 'BAD_VALUE' } });
  const calls = flows.klarna.log().length;
  expect(await flows.create(id, 'authorize')).toMatchObject({
    outcome: 'refused',
    payment: { operations: [{ kind: 'session', result: { pspStatus: 'BAD_VALUE', state: 'ERROR' } }] },
  });
  expect(flows.klarna.log()).toHaveLength(calls);
});

describe('a request that is too large to be kept', () => {
  const full = { keepRequest: async () => 'too large' as const };

  test('creates nothing where it has to be kept', async () => {
    const id = flows.newPayment();
    const calls = flows.klarna.log().length;
    expect(await flows.create(id, 'buy_and_tokenize', {}, full)).toEqual({ outcome: 'too large' });
    expect([flows.payments.get(id), flows.klarna.log().length]).toEqual([undefined, calls]);
    expect(await flows.create(id, 'authorize', {}, full)).toMatchObject({ outcome: 'created' });
  });

  test('charges and captures nothing', async () => {
    const [buyer, id] = [await flows.ordered(), flows.newPayment()];
    expect(await flows.charge({ payment: id, buyer }, full)).toEqual({ outcome: 'too large' });
    expect([flows.payments.get(id), flows.orders(id)]).toEqual([undefined, []]);
    const capture = { kind: 'capture', key: 'k', request: { amount: 400 } } as const;
    expect(await flows.operate(buyer, capture, full)).toEqual({ outcome: 'too large' });
    expect(flows.orders(buyer)[0]?.captures).toEqual([]);
    expect(await flows.operate(buyer, capture)).toMatchObject({ outcome: 'finished' });
  });
});

test('the request is kept before anything is created, and another one under the same key cannot replace it', async () => {
  const id = flows.newPayment();
  flows.klarna.control.answers([{ path: '/payments/v1/sessions', status: 503, times: 3 }]);
  await expect(flows.create(id, 'buy_and_tokenize')).rejects.toMatchObject({ kind: 'unavailable' });
  const kept = new Map(flows.requests);
  expect(flows.keptRequests(id)).toEqual([`${id}/order/{}`]);
  expect(await flows.create(id, 'buy_and_tokenize', { locale: 'de-DE' })).toEqual({ outcome: 'different' });
  expect(flows.requests).toEqual(kept);
  expect(await flows.create(id, 'buy_and_tokenize')).toMatchObject({ outcome: 'created' });
});

test('a request that loses the race for its key leaves the kept request of the other as it was', async () => {
  const id = flows.newPayment();
  const other = () => flows.create(id, 'buy_and_tokenize');
  const overtaken: Parameters<typeof flows.create>[3] = {
    keepRequest: async (request) => {
      await other();
      return flows.ports.keepRequest(request);
    },
  };
  expect(await flows.create(id, 'buy_and_tokenize', { locale: 'sv-SE' }, overtaken)).toEqual({ outcome: 'different' });
  flows.shopper(id);
  await flows.pass(id, 4 * minutes);
  expect(flows.orders(id)).toMatchObject([{ purchase: { locale: 'en-DE' } }]);
});

test.each(['authorize', 'tokenize', 'buy_and_tokenize'] as const)(
  'the request of flow %s is kept only if the relay places the order or makes a token of it',
  async (flow) => {
    const id = flows.newPayment();
    await flows.create(id, flow);
    expect(flows.keptRequests(id)).toEqual(flow === 'authorize' ? [] : [`${id}/order/{}`]);
  },
);
