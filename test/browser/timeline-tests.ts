import { expect, test } from 'vitest';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import { klarnaFrame, paymentOn, type TestBrowser } from '../support/harness/browser.ts';

/** Tests of the timeline's pages. */
export function timelineTests(browser: () => TestBrowser): void {
  /**
   * A payment whose `authorization` is lost, whose status updates arrive twice, and for which a forged callback came;
   * created once.
   */
  let created: ReturnType<typeof create> | undefined;
  const create = async () => {
    const { relay } = browser();
    const post = (url: string, body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) });
    const answer = await post(`${relay.url}/shop/payments`, { quantity: 1, flow: 'authorize' });
    const { payment: name, redirect_url } = (await answer.json()) as { payment: string; redirect_url: string };
    const session = redirect_url.split('/').at(-1) ?? '';
    relay.klarna?.control.callbacks({ kinds: ['authorization'], session, does: 'lose' });
    relay.klarna?.control.callbacks({ kinds: ['status_update'], session, does: 'double' });
    await post(redirect_url, { does: 'approve' });
    const payment = paymentId(name);
    if (!payment) throw new Error('no payment was created');
    await post(relay.mint('status_update', payment).replace(/[^/]+$/, 'x'.repeat(43)), {});
    await relay.idle();
    return payment;
  };
  const eventful = async () => {
    created ??= create();
    const payment = await created;
    const page = await browser().open(`/timeline/${payment}`, { permissions: ['clipboard-read', 'clipboard-write'] });
    return { page, payment };
  };

  test('it shows lost, repeated and refused callbacks with the reason', async () => {
    const { page } = await eventful();
    for (const [title, reason] of [
      ['authorization', 'the relay never got it'],
      ['status_update COMPLETED', 'nothing is published twice'],
      ['status_update', 'not from Klarna'],
    ]) {
      const row = page.locator('li.entry', { hasText: title }).filter({ hasText: reason });
      await row.first().waitFor();
      expect(await row.count()).toBeGreaterThan(0);
    }
    expect(await page.locator('.track [aria-current]').textContent()).toBe('ordered');
  });

  test('a row opens by keyboard, its callback can be sent again, and the outcome appears', async () => {
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

  test('a callback copied as curl mints a new URL and contains no secret', async () => {
    const { page, payment } = await eventful();
    const row = page.locator('li.entry', { hasText: 'status_update COMPLETED' }).first();
    await row.locator('summary').click();
    await row.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('Copied.').waitFor();
    const copied: string = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toContain(`/local/url -d '{"kind":"status_update","payment":"${payment}"}'`);
    expect(copied).not.toContain(browser().relay.mint('status_update', payment).split('/').at(-1));
  });

  test('search and filters reduce the entries', async () => {
    const { page } = await eventful();
    const rows = page.locator('li.entry');
    await page.getByRole('searchbox').fill('a text that no entry contains');
    await page.getByText('No entry matches.').waitFor();
    await page.getByRole('searchbox').fill('');
    await rows.first().waitFor();
    for (const kind of ['Calls to Klarna', 'Writes', 'Published', 'Shop and tasks'])
      await page.getByText(kind, { exact: true }).click();
    await page.waitForFunction("document.querySelectorAll('li.entry').length < 9");
    const ways = await rows.locator('.way').allTextContents();
    expect(new Set(ways)).toEqual(new Set(['Klarna → Relay']));
  });

  test('with every callback lost, a due task finds out two minutes later, and the list shows it', async () => {
    const page = await browser().open('/');
    await page.getByRole('button', { name: 'Pay with Klarna' }).click();
    const klarna = await klarnaFrame(page);
    await klarna.getByText('What goes wrong on the way').click();
    for (const kind of ['status_update', 'authorization', 'push']) await klarna.getByLabel(kind).selectOption('lose');
    await klarna.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('One moment: your payment is being confirmed.').waitFor();
    const list = await browser().open('/timeline');
    await list.locator('li', { hasText: 'in progress' }).first().waitFor();
    await list.getByRole('button', { name: '+2 min' }).click();
    await list.getByText('+2 min: done.').waitFor();
    await page.getByText('Thank you!').waitFor();
    await list.goto(`${browser().relay.url}/timeline/${await paymentOn(page)}`);
    await list.locator('li.gap', { hasText: 'later' }).waitFor();
    expect(await list.locator('li.entry', { hasText: 'Read from Klarna' }).count()).toBeGreaterThan(0);
  });

  test('the list finds a payment by its id and its state', async () => {
    const { page, payment } = await eventful();
    await page.getByRole('link', { name: 'Payments' }).click();
    await page.getByRole('searchbox').fill(payment);
    await page.getByRole('link', { name: payment }).waitFor();
    await page.getByText('Not paid', { exact: true }).click();
    await page.getByText('No payment matches.').waitFor();
    expect(await page.getByRole('link', { name: payment }).count()).toBe(0);
  });
}
