import type { IncomingMessage, ServerResponse } from 'node:http';
import { assets } from '../../emulator/page/assets.ts';
import type { Html } from '../../emulator/page/html.ts';
import { paymentId } from '../../lambdas/payment/payment-id.ts';
import type { Mint } from '../mint.ts';
import type { Timeline } from '../timeline/entries.ts';
import { timelineRoutes } from '../timeline/routes.ts';
import { shopBackend } from './order.ts';
import { returnPage, shopPage } from './shop.ts';
import { timelinePage } from './timeline.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

const asset = assets({
  'shop.js': new URL('./client/shop.ts', import.meta.url),
  'return.js': new URL('./client/return.ts', import.meta.url),
  'timeline.js': new URL('./client/timeline.ts', import.meta.url),
  'shop.css': new URL('./shop.css', import.meta.url),
  'timeline.css': new URL('./timeline.css', import.meta.url),
  'icon.svg': new URL('./icon.svg', import.meta.url),
});

export type PageRoutesOptions = {
  timeline: Timeline;
  mint: Mint;
  base: string;
  /** The origins of Klarna's page. */
  frames: string[];
  /** The routes of the admin API, which are protected like the pages. */
  admin: (request: IncomingMessage) => Handler | undefined;
};

/** Finds the handler of a request: the demo shop at /, its backend, the timeline, and the admin API. */
export function pageRoutes(options: PageRoutesOptions) {
  const pageHandler = (page: Html) => sendPage(page, options.frames);
  const routes: Record<string, Handler> = {
    'GET /': pageHandler(shopPage),
    'GET /shop/return': pageHandler(returnPage),
    'GET /timeline': pageHandler(timelinePage()),
    'POST /shop/payments': shopBackend(options.base),
    ...timelineRoutes(options),
  };
  return (request: IncomingMessage): Handler | undefined => {
    const path = request.url?.split('?')[0] ?? '';
    const handler =
      routes[`${request.method} ${path}`] ?? options.admin(request) ?? parameterRoute(request, path, pageHandler);
    return handler && (isFromThisMachine(request) ? handler : refuse);
  };
}

/** /timeline/{payment} and /page/{file} */
function parameterRoute(
  { method }: IncomingMessage,
  path: string,
  pageHandler: (page: Html) => Handler,
): Handler | undefined {
  if (method !== 'GET') return undefined;
  const [, area, name = '', ...rest] = path.split('/');
  if (area === 'timeline' && rest.length === 0 && paymentId(name)) return pageHandler(timelinePage(name));
  return area === 'page' ? sendFile(name) : undefined;
}

/** True for our own pages and for commands; another site in the same browser must not reach the local run. */
function isFromThisMachine({ headers }: IncomingMessage): boolean {
  const { host = '', 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode } = headers;
  const isLocal = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
  return isLocal && (site === 'none' || site === 'same-origin' || mode === 'navigate');
}

const refuse: Handler = async (_, response) => response.writeHead(403).end();

const sendFile =
  (name: string): Handler =>
  async (_, response) => {
    const file = await asset(name);
    if (!file) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-cache' }).end(file.text);
  };

const sendPage =
  (page: Html, frames: string[]): Handler =>
  async (_, response) =>
    response
      .writeHead(200, {
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
