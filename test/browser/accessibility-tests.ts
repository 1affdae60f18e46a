import { expect, test } from 'vitest';
import { fitsWidth, klarnaFrame, type TestBrowser, violations } from '../support/harness/browser.ts';

/** Tests of every page: axe in both colour schemes, and the width of a phone. */
export function accessibilityTests(browser: () => TestBrowser): void {
  const settings = [
    { colorScheme: 'light', viewport: { width: 1200, height: 800 } },
    { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
    { colorScheme: 'light', viewport: { width: 320, height: 640 } },
    { colorScheme: 'dark', viewport: { width: 1200, height: 800 } },
  ] as const;

  test.each(settings)(
    'no page has an axe violation or scrolls sideways: $colorScheme, $viewport.width',
    async (setting) => {
      const page = await browser().open('/', setting);
      const violationsOf: Record<string, string[]> = {};
      const fits: Record<string, boolean> = {};
      const check = async (name: string, shown: Parameters<typeof violations>[0] = page) => {
        violationsOf[name] = await violations(shown);
        fits[name] = await fitsWidth(shown);
      };
      await page.getByText('For engineers').click();
      await check('shop');
      await page.getByRole('button', { name: 'Pay with Klarna' }).click();
      const klarna = await klarnaFrame(page);
      await klarna.getByText('What goes wrong on the way').click();
      await check('overlay');
      await check("Klarna's page", klarna);
      await klarna.getByRole('button', { name: /^Decline/ }).click();
      await page.getByText('Klarna has declined.').waitFor();
      await check('shop after it');
      await page.getByRole('link', { name: 'See what happened' }).click();
      await page.locator('summary', { hasText: 'FAILED' }).first().click();
      await check('timeline');
      await page.getByRole('link', { name: 'Payments' }).click();
      await page.locator('.payments li').first().waitFor();
      await check('list');
      await page.goto(`${browser().relay.url}/shop/return`);
      await check('return page');
      expect(Object.fromEntries(Object.entries(violationsOf).filter(([, rules]) => rules.length > 0))).toEqual({});
      expect(Object.entries(fits).filter(([, fit]) => !fit)).toEqual([]);
    },
  );
}
