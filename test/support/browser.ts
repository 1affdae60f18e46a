import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Frame, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { browserFlags, chromiumPath } from '../../local/page/chromium.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import { synthesisedOnce } from './template.ts';

/** A running relay and a real browser before it. */
export type Desk = {
  relay: Relay;
  /** Opens a path in a browser profile of its own; phones are `{ viewport: { width: 320, height: 640 } }`. */
  open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  /** What was said, thrown or asked for and should not have been, so far; it is forgotten by that. */
  problems: () => string[];
};

/**
 * Tests in Debian's Chromium, over one relay and one browser; skipped with the reason where there is none. After each of them: no
 * page said anything to the console or threw, and none asked for anything beyond this machine.
 */
export function inChromium(tests: (desk: () => Desk) => void): void {
  if (!existsSync(chromiumPath)) {
    test.skip(`in Chromium: no ${chromiumPath}`);
    return;
  }
  let relay: Relay;
  let browser: Browser;
  const problems: string[] = [];
  const told = () => problems.splice(0);
  const opened: Page[] = [];
  const open: Desk['open'] = async (path, options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
    context.setDefaultTimeout(15_000);
    context.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:)/.test(request.url())) problems.push(`asked for ${request.url()}`);
    });
    context.on('console', (said) => {
      if (['error', 'warning'].includes(said.type())) problems.push(`console: ${said.text()}`);
    });
    context.on('weberror', ({ error }) => void problems.push(`threw: ${error()}`));
    const page = await context.newPage();
    opened.push(page);
    await page.goto(`${relay.url}${path}`);
    return page;
  };
  beforeAll(async () => {
    [relay, browser] = await Promise.all([
      synthesisedOnce().then((template) => startRelay({ template, pace: 0.05 })),
      chromium.launch({ executablePath: chromiumPath, args: browserFlags }),
    ]);
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
    expect(told()).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.stop();
  });
  tests(() => ({ relay, open, problems: told }));
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong in a page or a frame: rule and elements. */
export async function violations(shown: Page | Frame): Promise<string[]> {
  await shown.evaluate(axe);
  const found: string[] = await shown.evaluate(`axe.run(document, { iframes: false, resultTypes: ['violations'] }).then(
    ({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`);
  return found;
}

/** True when nothing is wider than the window. */
export const fitsWidth = (shown: Page | Frame): Promise<boolean> =>
  shown.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

/** Klarna's page in the overlay of a page, once it is there and has told that the shopper arrived. */
export async function klarnaFrame(page: Page): Promise<Frame> {
  const handle = await page.locator('iframe').elementHandle();
  const frame = await handle?.contentFrame();
  if (!frame) throw new Error('no frame in the overlay');
  await frame.getByRole('button', { name: /^Approve/ }).waitFor();
  return frame;
}

/** The payment that the shop links to after it is paid or not. */
export async function paymentOn(page: Page): Promise<string> {
  const address = await page.getByRole('link', { name: 'See what happened' }).getAttribute('href');
  return address?.split('/').at(-1) ?? '';
}
