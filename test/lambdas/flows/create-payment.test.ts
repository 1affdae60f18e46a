import { expect, test } from 'vitest';
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

test.each(['authorize', 'tokenize', 'buy_and_tokenize'] as const)(
  'the request of flow %s is kept only if the relay places the order or makes a token of it',
  async (flow) => {
    const id = flows.newPayment();
    await flows.create(id, flow);
    expect(flows.keptRequests(id)).toEqual(flow === 'authorize' ? [] : [`${id}/order`]);
  },
);
