import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { klarnaFrame, type TestBrowser } from '../support/harness/browser.ts';

/** Tests of the pop-in's overlay with keyboard, phone and the browser's own buttons. */
export function overlayTests(browser: () => TestBrowser): void {
  const phone = { viewport: { width: 320, height: 640 } };
  const focused = (page: Page) => page.evaluate('document.activeElement.id || document.activeElement.localName');
  const openOverlay = async (page: Page) => {
    await page.getByRole('button', { name: 'Pay with Klarna' }).focus();
    await page.keyboard.press('Enter');
    return klarnaFrame(page);
  };

  test('Tab never leaves the overlay, and Escape restores focus, scroll position and scrolling', async () => {
    const page = await browser().open('/', phone);
    const scrollPosition = async () => page.evaluate<number>('Math.round(scrollY)');
    await page.getByRole('button', { name: 'Pay with Klarna' }).focus();
    await page.evaluate('scrollBy(0, 40)');
    const position = await scrollPosition();
    await openOverlay(page);
    const leftOverlay = new Set<unknown>();
    for (let press = 0; press < 25; press++) {
      await page.keyboard.press('Tab');
      leftOverlay.add(await page.evaluate('document.activeElement.matches("header *, main *")'));
    }
    expect([...leftOverlay]).toEqual([false]);
    expect(await page.evaluate('document.documentElement.style.overflow')).toBe('hidden');
    await page.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press('Escape');
    await page.getByText('Nothing has been paid.').waitFor();
    expect(await focused(page)).toBe('buy');
    expect(await scrollPosition()).toBe(position);
    expect(await page.evaluate('document.documentElement.style.overflow')).toBe('');
  });

  test('a payment works by keyboard alone', async () => {
    const page = await browser().open('/');
    const klarna = await openOverlay(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await klarna.waitForFunction('document.activeElement.localName === "button"');
    await page.keyboard.press('Enter');
    await page.getByText('Thank you!').waitFor();
    expect(await focused(page)).toBe('buy');
  });

  test("the browser's Back closes the overlay and stays in the shop", async () => {
    const page = await browser().open('/');
    await openOverlay(page);
    await page.evaluate('history.back()');
    await page.getByText('Nothing has been paid.').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test.each(['Escape', 'approve'])('after %s the history is restored: Back leaves the shop', async (end) => {
    const page = await browser().open('/timeline');
    await page.goto(browser().relay.url);
    const klarna = await openOverlay(page);
    if (end === 'approve') await klarna.getByRole('button', { name: /^Approve/ }).click();
    else await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'See what happened' }).waitFor();
    await page.evaluate('setTimeout(() => history.back(), 50)');
    await page.waitForURL('**/timeline');
    expect(await page.getByRole('heading', { name: 'Payments' }).count()).toBe(1);
  });

  test('a message from another page does not close the overlay', async () => {
    const page = await browser().open('/');
    await openOverlay(page);
    await page.evaluate('postMessage("klarna-relay:returned", "*"); new Promise((resolve) => setTimeout(resolve))');
    expect(await page.locator('iframe').count()).toBe(1);
  });

  test('if Klarna forbids frames, the overlay offers a window, and it works', async () => {
    const page = await browser().open('/');
    const policy = { 'content-security-policy': "frame-ancestors 'none'" };
    let requests = 0; // the frame makes the first, the window the second
    await page.context().route('**/shopper/*', async (route) => {
      requests += 1;
      await (requests === 1 ? route.fulfill({ status: 200, headers: policy, body: '' }) : route.continue());
    });
    await page.clock.install();
    await page.getByRole('button', { name: 'Pay with Klarna' }).click();
    await page.locator('iframe').waitFor();
    await page.clock.runFor(6500);
    await page.clock.resume();
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Open Klarna in a window' }).click(),
    ]);
    await popup.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('Thank you!').waitFor();
    expect(
      browser()
        .problems()
        .filter((problem) => !problem.includes("frame-ancestors 'none'")),
    ).toEqual([]);
  });
}
