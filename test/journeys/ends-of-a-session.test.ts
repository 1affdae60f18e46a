import { expect, test } from 'vitest';
import { type Journey, journey } from '../support/harness/journey.ts';

const hours = 3600_000;

journey((relay) => {
  const stages = async (payment: Parameters<Journey['publishedChanges']>[0]) =>
    (await relay().publishedChanges(payment)).map((change) => change.split(' ').slice(3).join(' '));
  const view = async (payment: string) => (await relay().ask('GET', `/payments/${payment}`)).body;

  test('a decline ends nothing: the shopper may still pay', async () => {
    const { create, shopper } = relay();
    const { payment, hpp } = await create('authorize');
    await shopper(hpp, 'decline');
    expect(await view(payment)).toMatchObject({ stage: 'in_progress', session: { status: 'FAILED', final: false } });
    await shopper(hpp, 'approve');
    expect(await view(payment)).toMatchObject({ stage: 'ordered', session: { status: 'COMPLETED', final: true } });
  });

  test('going back, a technical error and leaving end nothing', async () => {
    const { create, shopper } = relay();
    const { payment, hpp } = await create('authorize');
    await shopper(hpp, 'back');
    await shopper(hpp, 'error');
    await shopper(hpp, 'leave');
    expect(await view(payment)).toMatchObject({ stage: 'in_progress' });
    expect((await stages(payment)).filter((change) => /BACK|ERROR/.test(change))).toHaveLength(2);
    await shopper(hpp, 'approve');
    expect(await view(payment)).toMatchObject({ stage: 'ordered' });
  });

  test('an identity check is an unknown word: it is published unchanged, and the payment goes on', async () => {
    const { create, shopper, publishedChanges } = relay();
    const { payment, hpp } = await create('authorize');
    await shopper(hpp, 'identity_check');
    expect((await publishedChanges(payment)).at(-1)).toMatch(/MANUAL_ID_CHECK WAITING\/SUCCEEDED in_progress$/);
    await shopper(hpp, 'approve');
    expect(await view(payment)).toMatchObject({ stage: 'ordered' });
  });

  test('a shopper who cancels ends the payment', async () => {
    const { create, shopper } = relay();
    const { payment, hpp } = await create('authorize');
    await shopper(hpp, 'cancel');
    expect(await view(payment)).toMatchObject({ stage: 'cancelled', session: { status: 'CANCELLED', final: true } });
    expect(await view(payment)).not.toHaveProperty('next_task');
  });

  test('a merchant who disables the session ends the payment', async () => {
    const { create, emulated, idle } = relay();
    const { payment, hpp } = await create('authorize');
    const authorization = `Basic ${Buffer.from('any:body').toString('base64')}`;
    await fetch(`${emulated.url}/hpp/v1/sessions/${hpp}`, { method: 'DELETE', headers: { authorization } });
    await idle();
    expect(await view(payment)).toMatchObject({ stage: 'disabled' });
  });

  test('a session without a shopper is read until it expires, and then the payment has expired', async () => {
    const { create, forward } = relay();
    const { payment } = await create('authorize');
    await forward(3 * 60_000);
    expect((await stages(payment)).at(-1)).toBe('#2 WAITING WAITING/SUCCEEDED created');
    await forward(46 * hours);
    await forward(2 * hours);
    expect((await stages(payment)).at(-1)).toBe('#3 NOT_FOUND ERROR/BAD_REQUEST created → expired, final');
    expect(await view(payment)).not.toHaveProperty('next_task');
  });

  test('an order that is never captured expires, and a task reads that', async () => {
    const { create, shopper, forward } = relay();
    const { payment, hpp } = await create('authorize');
    await shopper(hpp, 'approve');
    await forward(29 * 24 * hours);
    expect((await stages(payment)).at(-1)).toMatch(/EXPIRED ERROR\/FAILED ordered → expired$/);
  });

  test('a rejected authorization makes no order and ends the payment', async () => {
    const { create, shopper, emulated } = relay();
    const { payment, hpp } = await create('buy_and_tokenize');
    await shopper(hpp, 'approve_rejected');
    expect(await view(payment)).toMatchObject({ stage: 'rejected' });
    expect(emulated.control.orders().some(({ purchase }) => purchase.merchant_reference2 === payment)).toBe(false);
  });

  test('a payment whose callbacks are all lost ends as if they had arrived', async () => {
    const { create, emulated, forward, publishedChanges } = relay();
    emulated.control.callbacks({ does: 'lose' });
    const { payment, hpp } = await create('buy_and_tokenize');
    emulated.control.shopper(hpp, 'decline');
    await forward(3 * 60_000);
    emulated.control.shopper(hpp, 'approve');
    await forward(10 * 60_000);
    emulated.control.callbacks({ does: 'send' });
    expect(await view(payment)).toMatchObject({ stage: 'ordered' });
    expect((await publishedChanges(payment)).map((change) => change.split(' ').slice(3).join(' '))).toEqual([
      '#1 CREATE SUCCESS/SUCCEEDED session, created',
      '#2 FAILED ERROR/FAILED created → in_progress',
      '#3 COMPLETED SUCCESS/SUCCEEDED in_progress → authorized, final',
      '#4 CREATE SUCCESS/SUCCEEDED customer_token, authorized',
      '#5 SUCCESS SUCCESS/SUCCEEDED order, authorized',
      '#6 SUCCESS SUCCESS/SUCCEEDED authorized → ordered',
    ]);
  });

  test("a shopper's return page reads the status with nothing but its URL", async () => {
    const { create, shopper } = relay();
    const { answer, hpp, payment } = await create('authorize');
    const url = String(answer.body.status_url);
    expect(await (await fetch(url)).json()).toEqual({ status: 'open', stage: 'created', decided: false });
    await shopper(hpp, 'approve');
    const page = await fetch(url);
    expect(await page.json()).toEqual({ status: 'paid', stage: 'ordered', session: 'COMPLETED', decided: true });
    expect(page.headers.get('cache-control')).toBe('public, max-age=2');
    const other = await relay().create('authorize');
    expect((await fetch(url.replace(payment, other.payment))).status).toBe(401);
  });
});
