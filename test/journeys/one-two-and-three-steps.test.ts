import { expect, test } from 'vitest';
import { journey } from '../support/harness/journey.ts';

const started = [
  'Payment Operation Finished #1 CREATE SUCCESS/SUCCEEDED session, created',
  'Payment Stage Changed #2 IN_PROGRESS WAITING/SUCCEEDED created → in_progress',
];

journey((relay) => {
  test('1 step: Klarna captures when the shopper approves', async () => {
    const { create, shopper, publishedChanges, ask } = relay();
    const { payment, hpp, answer } = await create('capture');
    expect(answer.status).toBe(201);
    await shopper(hpp, 'arrive');
    expect(await publishedChanges(payment)).toEqual(started);
    await shopper(hpp, 'approve');
    expect((await publishedChanges(payment)).at(-1)).toMatch(/captured/);
    expect((await ask('GET', `/payments/${payment}`)).body).toMatchObject({
      flow: 'capture',
      stage: 'captured',
      money: { order_amount: 10_000, captured_amount: 10_000, currency: 'EUR' },
    });
  });

  test('2 steps: Klarna places the order, the merchant captures it', async () => {
    const { create, shopper, publishedChanges, ask } = relay();
    const { payment, hpp } = await create('authorize');
    await shopper(hpp, 'arrive');
    await shopper(hpp, 'approve');
    const captured = await ask('POST', `/payments/${payment}/captures`, { key: 'all of it', body: {} });
    expect(captured).toMatchObject({
      status: 201,
      body: { stage: 'captured', operation: { amount: 10_000, psp_status: 'SUCCESS' } },
    });
    expect((await publishedChanges(payment)).slice(-2)).toEqual([
      expect.stringMatching(/^Payment Operation Finished #\d SUCCESS SUCCESS\/SUCCEEDED capture, ordered$/),
      expect.stringMatching(/^Payment Stage Changed #\d SUCCESS SUCCESS\/SUCCEEDED ordered → captured$/),
    ]);
  });

  test('3 steps: Klarna reviews the order, accepts it, and the merchant captures it', async () => {
    const { create, shopper, ask, emulated, idle, publishedChanges } = relay();
    const { payment, hpp } = await create('review');
    await shopper(hpp, 'approve_pending');
    const stage = async () => (await ask('GET', `/payments/${payment}`)).body.stage;
    expect(await stage()).toBe('pending');
    const refused = await ask('POST', `/payments/${payment}/captures`, { key: 'too early', body: {} });
    expect(refused).toMatchObject({
      status: 409,
      body: { psp_status: 'CAPTURE_NOT_ALLOWED', state: 'ERROR', code: 'FAILED' },
    });

    emulated.control.risk(orderOf(relay(), payment), 'accept');
    await idle();
    expect(await stage()).toBe('ordered');
    expect((await ask('POST', `/payments/${payment}/captures`, { key: 'now', body: {} })).status).toBe(201);
    const changes = await publishedChanges(payment);
    expect(changes.filter((change) => change.includes('PENDING'))).toHaveLength(1);
    expect(changes.filter((change) => change.includes('pending → ordered'))).toHaveLength(1);
  });

  test('a rejected risk decision ends the payment', async () => {
    const { create, shopper, emulated, idle, publishedChanges, ask, forward } = relay();
    const { payment, hpp } = await create('review');
    await shopper(hpp, 'approve_pending');
    emulated.control.risk(orderOf(relay(), payment), 'reject');
    await idle();
    expect((await publishedChanges(payment)).at(-1)).toMatch(/REJECTED ERROR\/FAILED pending → rejected$/);
    await forward(6 * 3600_000); // for so long a merchant might capture it at his own risk
    expect((await ask('GET', `/payments/${payment}`)).body).not.toHaveProperty('next_task');
  });

  test('a fraud stop ends a payment after Klarna accepted it', async () => {
    const { create, shopper, emulated, idle, publishedChanges } = relay();
    const { payment, hpp } = await create('review');
    await shopper(hpp, 'approve_pending');
    emulated.control.risk(orderOf(relay(), payment), 'accept');
    await idle();
    emulated.control.risk(orderOf(relay(), payment), 'stop');
    await idle();
    expect((await publishedChanges(payment)).at(-1)).toMatch(/REJECTED ERROR\/FAILED ordered → rejected$/);
  });
});

const orderOf = ({ emulated }: ReturnType<Parameters<Parameters<typeof journey>[0]>[0]>, payment: string) =>
  emulated.control.orders().find(({ purchase }) => purchase.merchant_reference2 === payment)?.order_id ?? '';
