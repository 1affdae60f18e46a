import { expect, test } from 'vitest';
import { type Desk, fitsWidth, klarnaFrame, violations } from '../support/browser.ts';

/** Every page for everybody: axe in both colour schemes, and a narrow phone. */
export function access(desk: () => Desk): void {
  const settings = [
    { colorScheme: 'light', viewport: { width: 1200, height: 800 } },
    { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
    { colorScheme: 'light', viewport: { width: 320, height: 640 } },
    { colorScheme: 'dark', viewport: { width: 1200, height: 800 } },
  ] as const;

  test.each(settings)(
    'axe finds nothing, and nothing scrolls sideways: $colorScheme, $viewport.width',
    async (setting) => {
      const page = await desk().open('/', setting);
      const found: Record<string, string[]> = {};
      const narrow: Record<string, boolean> = {};
      const look = async (name: string, shown: Parameters<typeof violations>[0] = page) => {
        found[name] = await violations(shown);
        narrow[name] = await fitsWidth(shown);
      };
      await page.getByText('For engineers').click();
      await look('shop');
      await page.getByRole('button', { name: 'Pay with Klarna' }).click();
      const klarna = await klarnaFrame(page);
      await klarna.getByText('What goes wrong on the way').click();
      await look('overlay');
      await look("Klarna's page", klarna);
      await klarna.getByRole('button', { name: /^Decline/ }).click();
      await page.getByText('Klarna has declined.').waitFor();
      await look('shop after it');
      await page.getByRole('link', { name: 'See what happened' }).click();
      await page.locator('summary', { hasText: 'FAILED' }).first().click();
      await look('timeline');
      await page.getByRole('link', { name: 'Payments' }).click();
      await page.locator('.payments li').first().waitFor();
      await look('list');
      await page.goto(`${desk().relay.url}/shop/return`);
      await look('return page');
      expect(Object.fromEntries(Object.entries(found).filter(([, wrong]) => wrong.length > 0))).toEqual({});
      expect(Object.entries(narrow).filter(([, fits]) => !fits)).toEqual([]);
    },
  );
}
