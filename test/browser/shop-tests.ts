import { expect, test } from 'vitest';
import { behaviours } from '../../emulator/shopper/behaviours.ts';
import { changedPayment } from '../../stories/change-row.ts';
import { klarnaFrame, paymentOn, type TestBrowser } from '../support/harness/browser.ts';

/** Tests of the shop: a shopper goes to Klarna's page and comes back. */
export function shopTests(browser: () => TestBrowser): void {
  const buy = 'Pay with Klarna';
  const stagesOf = (payment: string) =>
    browser()
      .relay.events()
      .filter((event) => changedPayment(event) === payment)
      .map(({ detail }) => (detail as { stage: { to: string } }).stage.to);

  test('approve: the overlay closes by itself, the shop says thank you, and the order is placed', async () => {
    const page = await browser().open('/');
    await page.getByRole('button', { name: buy }).click();
    const klarna = await klarnaFrame(page);
    await klarna.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('Thank you!').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await browser().relay.idle();
    expect(stagesOf(await paymentOn(page)).at(-1)).toBe('ordered');
  });

  test('decline, then approve: one payment and one order', async () => {
    const page = await browser().open('/');
    const before = browser().relay.klarna?.control.orders().length ?? 0;
    await page.getByRole('button', { name: buy }).click();
    await (await klarnaFrame(page)).getByRole('button', { name: /^Decline/ }).click();
    await page.getByText('Klarna has declined.').waitFor();
    const payment = await paymentOn(page);
    await page.getByRole('button', { name: buy }).click();
    const klarna = await klarnaFrame(page);
    await klarna.getByText('The previous attempt ended as FAILED').waitFor();
    await klarna.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('Thank you!').waitFor();
    expect(await paymentOn(page)).toBe(payment);
    expect(browser().relay.klarna?.control.orders().length).toBe(before + 1);
  });

  test('cancel: nothing is paid, and the next attempt is another payment', async () => {
    const page = await browser().open('/');
    await page.getByRole('button', { name: buy }).click();
    await (await klarnaFrame(page)).getByRole('button', { name: /^Cancel/ }).click();
    await page.getByText('Not paid.').waitFor();
    const payment = await paymentOn(page);
    await page.getByRole('button', { name: buy }).click();
    await (await klarnaFrame(page)).getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('Thank you!').waitFor();
    expect(await paymentOn(page)).not.toBe(payment);
  });

  test('leave: Klarna does not send the browser back, and closing the overlay leaves the payment open', async () => {
    const page = await browser().open('/');
    await page.getByRole('button', { name: buy }).click();
    const klarna = await klarnaFrame(page);
    await klarna.getByRole('button', { name: /^Leave/ }).click();
    await klarna.getByText('The shopper has gone.').waitFor();
    await page.getByRole('button', { name: 'Close and go back to the shop' }).click();
    await page.getByText('Nothing has been paid.').waitFor();
    expect(stagesOf(await paymentOn(page)).at(-1)).toBe('in_progress');
  });

  test('a slow bank approves although the shopper has closed the overlay', async () => {
    const page = await browser().open('/');
    await page.getByRole('button', { name: buy }).click();
    const klarna = await klarnaFrame(page);
    await klarna.getByRole('button', { name: /^Slow bank/ }).click();
    await page.getByRole('button', { name: 'Close and go back to the shop' }).click();
    const payment = await paymentOn(page);
    await browser().relay.idle();
    expect(stagesOf(payment).at(-1)).toBe('ordered');
  });

  test('risk decision: it comes after the shopper is back in the shop', async () => {
    const page = await browser().open('/');
    await page.getByRole('button', { name: buy }).click();
    await (await klarnaFrame(page)).getByRole('button', { name: /^Risk rejects/ }).click();
    await page.getByRole('link', { name: 'See what happened' }).waitFor();
    await browser().relay.idle();
    expect(stagesOf(await paymentOn(page)).at(-1)).toBe('rejected');
  });

  test('a window instead of the overlay: it closes itself, and the shop continues', async () => {
    const page = await browser().open('/');
    await page.getByText('For engineers').click();
    await page.getByLabel("Klarna's page").selectOption('popup');
    const [klarna] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button', { name: buy }).click()]);
    await page.getByText('Continue in the window that has opened').waitFor();
    await klarna.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('Thank you!').waitFor();
    expect(klarna.isClosed()).toBe(true);
  });

  test("Klarna's page offers everything that a shopper can do in the emulator", async () => {
    const page = await browser().open('/');
    await page.getByRole('button', { name: buy }).click();
    const klarna = await klarnaFrame(page);
    const offered: string[] = await klarna.evaluate(
      '[...document.querySelectorAll("#choices button")].map((b) => b.value)',
    );
    expect(new Set(['arrive', ...offered])).toEqual(new Set(behaviours));
  });
}
