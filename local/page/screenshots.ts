import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { type PaymentId, paymentId } from '../../lambdas/payment/payment-id.ts';
import { startRelay } from '../relay.ts';
import { browserFlags, chromiumPath } from './chromium.ts';

/** npm run screenshots: takes the pictures of docs/images from the real pages. */
const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/images', import.meta.url));
mkdirSync(folder, { recursive: true });

const relay = await startRelay();
const browser = await chromium.launch({ executablePath: chromiumPath, args: browserFlags });
const size = { width: 1200, height: 820 };

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
  process.stdout.write(`${name}.png\n`);
}

/** Creates a payment whose callbacks are lost or sent twice. Returns its id. */
async function eventfulPayment(page: Page): Promise<PaymentId> {
  const klarna = page.frameLocator('iframe');
  await page.goto(relay.url); // starts a new payment
  await page.getByRole('button', { name: 'Pay with Klarna' }).click();
  await klarna.getByText('What goes wrong on the way').click();
  await klarna.getByLabel('authorization').selectOption('lose');
  await klarna.getByLabel('status_update').selectOption('double');
  await klarna.getByRole('button', { name: /^Approve/ }).click();
  await page.getByText('Thank you!').waitFor();
  const address = await page.getByRole('link', { name: 'See what happened' }).getAttribute('href');
  const payment = paymentId(address?.split('/').at(-1) ?? '');
  if (!payment) throw new Error(`the shop links to ${address}`);
  return payment;
}

const post = (path: string, body: object, key: string) =>
  fetch(`${relay.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });

try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const suffix = colorScheme === 'dark' ? '-dark' : '';
    const page = await browser.newPage({ viewport: size, colorScheme });
    await page.goto(relay.url);
    await shoot(page, `shop${suffix}`);
    await page.getByRole('button', { name: 'Pay with Klarna' }).click();
    await page
      .frameLocator('iframe')
      .getByRole('button', { name: /^Approve/ })
      .waitFor();
    await shoot(page, `overlay${suffix}`);
    await page.keyboard.press('Escape');
    const payment = await eventfulPayment(page);
    await relay.idle();
    const forged = relay.mint('status_update', payment).replace(/[^/]+$/, 'x'.repeat(43));
    await fetch(forged, { method: 'POST' });
    await post(`/payments/${payment}/captures`, { amount: 4900 }, 'parcel-1');
    await relay.idle();
    await page.setViewportSize({ width: 1200, height: 1360 });
    await page.goto(`${relay.url}/timeline/${payment}`);
    await page.getByText('not from Klarna').waitFor();
    await shoot(page, `timeline${suffix}`);
    await page.close();
  }
} finally {
  await browser.close();
  await relay.stop();
}
