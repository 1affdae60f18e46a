import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Desk, klarnaFrame } from '../support/browser.ts';

/** The overlay as a keyboard, a phone and the browser's own buttons meet it. */
export function overlay(desk: () => Desk): void {
  const phone = { viewport: { width: 320, height: 640 } };
  const focused = (page: Page) => page.evaluate('document.activeElement.id || document.activeElement.localName');
  const opened = async (page: Page) => {
    await page.getByRole('button', { name: 'Pay with Klarna' }).focus();
    await page.keyboard.press('Enter');
    return klarnaFrame(page);
  };

  test('the tab key never leaves it, and Escape gives back focus, place and scrolling', async () => {
    const page = await desk().open('/', phone);
    const scrolled = async () => page.evaluate<number>('Math.round(scrollY)');
    await page.getByRole('button', { name: 'Pay with Klarna' }).focus();
    await page.evaluate('scrollBy(0, 40)');
    const place = await scrolled();
    await opened(page);
    const reached = new Set<unknown>();
    for (let press = 0; press < 25; press++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate('document.activeElement.matches("header *, main *")'));
    }
    expect([...reached]).toEqual([false]);
    expect(await page.evaluate('document.documentElement.style.overflow')).toBe('hidden');
    await page.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press('Escape');
    await page.getByText('Nothing has been paid.').waitFor();
    expect(await focused(page)).toBe('buy');
    expect(await scrolled()).toBe(place);
    expect(await page.evaluate('document.documentElement.style.overflow')).toBe('');
  });

  test('everything can be done by keyboard alone', async () => {
    const page = await desk().open('/');
    const klarna = await opened(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await klarna.waitForFunction('document.activeElement.localName === "button"');
    await page.keyboard.press('Enter');
    await page.getByText('Thank you!').waitFor();
    expect(await focused(page)).toBe('buy');
  });

  test("the browser's Back closes it and stays in the shop", async () => {
    const page = await desk().open('/');
    await opened(page);
    await page.evaluate('history.back()');
    await page.getByText('Nothing has been paid.').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test.each(['Escape', 'approve'])('after %s the history is as before: Back leaves the shop', async (end) => {
    const page = await desk().open('/timeline');
    await page.goto(desk().relay.url);
    const klarna = await opened(page);
    if (end === 'approve') await klarna.getByRole('button', { name: /^Approve/ }).click();
    else await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'See what happened' }).waitFor();
    await page.evaluate('setTimeout(() => history.back(), 50)');
    await page.waitForURL('**/timeline');
    expect(await page.getByRole('heading', { name: 'Payments' }).count()).toBe(1);
  });

  test('a message that is not from the page in it does not close it', async () => {
    const page = await desk().open('/');
    await opened(page);
    await page.evaluate('postMessage("klarna-relay:returned", "*"); new Promise((heard) => setTimeout(heard))');
    expect(await page.locator('iframe').count()).toBe(1);
  });

  test('where Klarna refuses to be framed, a window is offered and works', async () => {
    const page = await desk().open('/');
    const policy = { 'content-security-policy': "frame-ancestors 'none'" };
    let asked = 0; // first by the frame, then by the window
    await page.context().route('**/shopper/*', async (route) => {
      asked += 1;
      await (asked === 1 ? route.fulfill({ status: 200, headers: policy, body: '' }) : route.continue());
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
      desk()
        .problems()
        .filter((problem) => !problem.includes("frame-ancestors 'none'")),
    ).toEqual([]);
  });
}
