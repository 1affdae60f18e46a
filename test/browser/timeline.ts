import { expect, test } from 'vitest';
import { paymentId } from '../../lambdas/payment/payment-id.ts';

import { type Desk, klarnaFrame, paymentOn } from '../support/browser.ts';

/** What the timeline shows of what happened. */
export function timeline(desk: () => Desk): void {
  /** A payment whose `authorization` is lost, whose status updates come twice, and whom a stranger tried to cancel; made once. */
  let made: ReturnType<typeof make> | undefined;
  const make = async () => {
    const { relay } = desk();
    const post = (url: string, body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) });
    const answer = await post(`${relay.url}/shop/payments`, { quantity: 1, flow: 'authorize' });
    const { payment: name, redirect_url } = (await answer.json()) as { payment: string; redirect_url: string };
    const session = redirect_url.split('/').at(-1) ?? '';
    relay.klarna?.control.callbacks({ kinds: ['authorization'], session, does: 'lose' });
    relay.klarna?.control.callbacks({ kinds: ['status_update'], session, does: 'double' });
    await post(redirect_url, { does: 'approve' });
    const payment = paymentId(name);
    if (!payment) throw new Error('no payment was made');
    await post(relay.mint('status_update', payment).replace(/[^/]+$/, 'x'.repeat(43)), {});
    await relay.settled();
    return payment;
  };
  const eventful = async () => {
    made ??= make();
    const payment = await made;
    const page = await desk().open(`/timeline/${payment}`, { permissions: ['clipboard-read', 'clipboard-write'] });
    return { page, payment };
  };

  test('it tells what was lost, a duplicate or refused, and why', async () => {
    const { page } = await eventful();
    for (const [happened, reason] of [
      ['authorization', 'the relay never got it'],
      ['status_update COMPLETED', 'nothing is published twice'],
      ['status_update', 'not from Klarna'],
    ]) {
      const row = page.locator('li.entry', { hasText: happened }).filter({ hasText: reason });
      await row.first().waitFor();
      expect(await row.count()).toBeGreaterThan(0);
    }
    expect(await page.locator('.track [aria-current]').textContent()).toBe('ordered');
  });

  test('a row opens by keyboard, its callback can be sent again, and what comes of it appears', async () => {
    const { page } = await eventful();
    const row = page.locator('li.entry', { hasText: 'status_update COMPLETED' }).first();
    await row.locator('summary').focus();
    await page.keyboard.press('Enter');
    const before = await page.locator('li.entry', { hasText: 'duplicate' }).count();
    await row.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('the relay answered 200').waitFor();
    await page.waitForFunction(
      `[...document.querySelectorAll('li.entry')].filter((row) => row.textContent.includes('duplicate')).length > ${before}`,
    );
    expect(await row.getByRole('button', { name: 'Copy as curl' }).count()).toBe(1);
  });

  test('a callback copied as curl mints its URL anew and holds no secret', async () => {
    const { page, payment } = await eventful();
    const row = page.locator('li.entry', { hasText: 'status_update COMPLETED' }).first();
    await row.locator('summary').click();
    await row.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('Copied.').waitFor();
    const copied: string = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toContain(`/local/url -d '{"kind":"status_update","payment":"${payment}"}'`);
    expect(copied).not.toContain(desk().relay.mint('status_update', payment).split('/').at(-1));
  });

  test('search and the chips narrow it down', async () => {
    const { page } = await eventful();
    const rows = page.locator('li.entry');
    await page.getByRole('searchbox').fill('forged, or anything else that is nowhere');
    await page.getByText('Nothing has been seen').waitFor();
    await page.getByRole('searchbox').fill('');
    await rows.first().waitFor();
    for (const kind of ['Calls to Klarna', 'Writes', 'Published', 'Shop and duty'])
      await page.getByText(kind, { exact: true }).click();
    await page.waitForFunction("document.querySelectorAll('li.entry').length < 9");
    const ways = await rows.locator('.way').allTextContents();
    expect(new Set(ways)).toEqual(new Set(['Klarna → Relay']));
  });

  test('every callback lost: two minutes later the list shows that duty has found out', async () => {
    const page = await desk().open('/');
    await page.getByRole('button', { name: 'Pay with Klarna' }).click();
    const klarna = await klarnaFrame(page);
    await klarna.getByText('What goes wrong on the way').click();
    for (const kind of ['status_update', 'authorization', 'push']) await klarna.getByLabel(kind).selectOption('lose');
    await klarna.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('One moment: your payment is being confirmed.').waitFor();
    const list = await desk().open('/timeline');
    await list.locator('li', { hasText: 'in progress' }).first().waitFor();
    await list.getByRole('button', { name: '+2 min' }).click();
    await list.getByText('+2 min: done.').waitFor();
    await page.getByText('Thank you!').waitFor();
    await list.goto(`${desk().relay.url}/timeline/${await paymentOn(page)}`);
    await list.locator('li.gap', { hasText: 'later' }).waitFor();
    expect(await list.locator('li.entry', { hasText: 'Learned by reading Klarna' }).count()).toBeGreaterThan(0);
  });

  test('the list finds a payment by its name and its state', async () => {
    const { page, payment } = await eventful();
    await page.getByRole('link', { name: 'Payments' }).click();
    await page.getByRole('searchbox').fill(payment);
    await page.getByRole('link', { name: payment }).waitFor();
    await page.getByText('Ended', { exact: true }).click();
    await page.getByText('None of the payments fits.').waitFor();
    expect(await page.getByRole('link', { name: payment }).count()).toBe(0);
  });
}
