import { paymentId } from '../../lambdas/payment/payment-id.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { assets } from '../../emulator/page/assets.ts';
import type { Html } from '../../emulator/page/html.ts';
import { type Live, liveDoors } from '../timeline/live.ts';
import { orderDoor } from './order.ts';
import { returnPage, shopPage } from './shop.ts';
import { timelinePage } from './timeline.ts';

type Door = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

const asset = assets({
  'shop.js': new URL('./client/shop.ts', import.meta.url),
  'return.js': new URL('./client/return.ts', import.meta.url),
  'timeline.js': new URL('./client/timeline.ts', import.meta.url),
  'shop.css': new URL('./shop.css', import.meta.url),
  'timeline.css': new URL('./timeline.css', import.meta.url),
  'icon.svg': new URL('./icon.svg', import.meta.url),
});

/** Doors of the local run beside these. */
export type Others = (request: IncomingMessage) => Door | undefined;

/** The demo shop at /, its backend, and the timeline. `frames`: where Klarna's page comes from. */
export function pages(wired: Live & { base: string; frames: string[]; others: Others }) {
  const shown = (page: Html, status = 200) => show({ page, status, frames: wired.frames });
  const doors: Record<string, Door> = {
    'GET /': shown(shopPage),
    'GET /shop/return': shown(returnPage),
    'GET /timeline': shown(timelinePage()),
    'POST /shop/payments': orderDoor(wired.base),
    ...liveDoors(wired),
  };
  return (request: IncomingMessage): Door | undefined => {
    const path = request.url?.split('?')[0] ?? '';
    const door = doors[`${request.method} ${path}`] ?? wired.others(request) ?? named(request, { path, shown });
    return door && (isFromHere(request) ? door : refuse);
  };
}

function named(
  { method }: IncomingMessage,
  { path, shown }: { path: string; shown: (page: Html) => Door },
): Door | undefined {
  if (method !== 'GET') return undefined;
  const [, area, name = '', ...rest] = path.split('/');
  if (area === 'timeline' && rest.length === 0 && paymentId(name)) return shown(timelinePage(name));
  return area === 'page' ? file(name) : undefined;
}

/** Only a page of ours, or a command: another site in the same browser has nothing to ask here. */
function isFromHere({ headers }: IncomingMessage): boolean {
  const { host = '', 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode } = headers;
  const isLocal = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
  return isLocal && (site === 'none' || site === 'same-origin' || mode === 'navigate');
}

const refuse: Door = async (_, response) => response.writeHead(403).end();

const file =
  (name: string): Door =>
  async (_, response) => {
    const found = await asset(name);
    if (!found) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': found.type, 'cache-control': 'no-cache' }).end(found.text);
  };

const show =
  ({ page, status, frames }: { page: Html; status: number; frames: string[] }): Door =>
  async (_, response) =>
    response
      .writeHead(status, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy': policy(frames),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      .end(page.html);

const policy = (frames: string[]) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    `frame-src 'self' ${frames.join(' ')}`,
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
