import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Frame, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { browserFlags, chromiumPath } from '../../../local/page/chromium.ts';
import { type Relay, startRelay } from '../../../local/relay.ts';
import { synthesisedOnce } from '../engines/template.ts';

/** A running relay and a real browser. */
export type TestBrowser = {
  relay: Relay;
  /** Opens a path in a new browser profile; a phone is `{ viewport: { width: 320, height: 640 } }`. */
  open: (path: string, options?: BrowserContextOptions) => Promise<Page>;
  /** Console messages, errors and foreign requests since the last call. */
  problems: () => string[];
};

/**
 * Runs tests in Debian's Chromium with one relay and one browser, or skips them with the reason where Chromium is
 * missing. Each test also checks that no page wrote to the console, threw, or sent a request beyond this machine.
 */
export function inChromium(tests: (browser: () => TestBrowser) => void): void {
  if (!existsSync(chromiumPath)) {
    test.skip(`in Chromium: no ${chromiumPath}`);
    return;
  }
  let relay: Relay;
  let browser: Browser;
  const problems: string[] = [];
  const takeProblems = () => problems.splice(0);
  const opened: Page[] = [];
  const open: TestBrowser['open'] = async (path, options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
    context.setDefaultTimeout(15_000);
    context.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:)/.test(request.url())) problems.push(`requested ${request.url()}`);
    });
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
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
    expect(takeProblems()).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.stop();
  });
  tests(() => ({ relay, open, problems: takeProblems }));
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The violations that axe finds in a page or a frame: rule and elements. */
export async function violations(shown: Page | Frame): Promise<string[]> {
  await shown.evaluate(axe);
  const found: string[] = await shown.evaluate(`axe.run(document, { iframes: false, resultTypes: ['violations'] }).then(
    ({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`);
  return found;
}

/** True when the page is not wider than the window. */
export const fitsWidth = (shown: Page | Frame): Promise<boolean> =>
  shown.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

/** Klarna's page in the overlay of a page, once it has loaded. */
export async function klarnaFrame(page: Page): Promise<Frame> {
  const handle = await page.locator('iframe').elementHandle();
  const frame = await handle?.contentFrame();
  if (!frame) throw new Error('no frame in the overlay');
  await frame.getByRole('button', { name: /^Approve/ }).waitFor();
  return frame;
}

/** The payment to which the shop links after the overlay has ended. */
export async function paymentOn(page: Page): Promise<string> {
  const address = await page.getByRole('link', { name: 'See what happened' }).getAttribute('href');
  return address?.split('/').at(-1) ?? '';
}
