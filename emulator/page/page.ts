import type { IncomingMessage } from 'node:http';
import { assets } from './assets.ts';
import { type Html, html } from './html.ts';
import type { HostedSession, PaymentSession, State } from '../state.ts';
import { choices, servers, ways } from './choices.ts';

type Shown = { status: number; headers: Record<string, string>; text: string };

const asset = assets({
  'klarna.js': new URL('./client.ts', import.meta.url),
  'klarna.css': new URL('./page.css', import.meta.url),
  'klarna.svg': new URL('./icon.svg', import.meta.url),
});

/** A shop on this machine may frame the page; nothing else may, and nothing comes from elsewhere. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  'frame-ancestors http://127.0.0.1:* http://localhost:*',
].join('; ');

/** The hosted page of a session, and the files that it loads; undefined where the request asks for something else. */
export async function klarnaPage(
  state: State,
  { method, url = '', headers }: IncomingMessage,
): Promise<Shown | undefined> {
  if (method !== 'GET') return undefined;
  const [, area, name = ''] = url.split('?')[0]?.split('/') ?? [];
  if (area === 'page') {
    const found = await asset(name);
    return (
      found && { status: 200, headers: { 'content-type': found.type, 'cache-control': 'no-cache' }, text: found.text }
    );
  }
  if (area !== 'shopper' || !headers.accept?.includes('text/html')) return undefined;
  const session = state.hosted.get(name);
  const paying = session && state.sessions.get(session.paymentSession);
  return {
    status: session ? 200 : 404,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy,
    },
    text: whole(session && paying ? payment(session, paying) : unknown).html,
  };
}

const whole = (main: Html) => html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Klarna, emulated</title>
<link rel="icon" href="/page/klarna.svg">
<link rel="stylesheet" href="/page/klarna.css">
<script type="module" src="/page/klarna.js"></script>
<body>
<header class="label">Emulated · no real Klarna, no real money</header>
<main>${main}</main>
</body>
</html>`;

const unknown = html`<h1>No such payment</h1><p>This session has ended, or it never began. Start again from the shop.</p>`;

function payment({ session_id, status, expires_at }: HostedSession, { body }: PaymentSession): Html {
  const price = (amount: number) =>
    new Intl.NumberFormat(body.locale, { style: 'currency', currency: body.purchase_currency }).format(amount / 100);
  return html`
<header>
  <p class="amount">${price(body.order_amount)}</p>
  <h1>What does the shopper do?</h1>
  <ul class="lines">${body.order_lines.map(
    ({ quantity, name, total_amount }) =>
      html`<li><span>${quantity > 1 ? `${quantity} × ` : ''}${name}</span><span>${price(total_amount)}</span></li>`,
  )}</ul>
</header>
<div id="standing" role="status" data-session="${session_id}" data-status="${status}" data-ends="${expires_at}"></div>
<form id="choices">
  ${choices.map(
    ({ title, buttons }) => html`
  <fieldset>
    <legend>${title}</legend>
    ${buttons.map(
      ({ does, label, tells }) =>
        html`<button type="button" value="${does}"${does === 'approve' ? html` class="first"` : ''}><b>${label}</b><span>${tells}</span></button>`,
    )}
  </fieldset>`,
  )}
  <details>
    <summary>What goes wrong on the way</summary>
    <fieldset>
      <legend>Klarna's callbacks of this payment</legend>
      ${ways.kinds.map(({ kind, label }) => select({ name: kind, label, options: ways.options }))}
    </fieldset>
    <fieldset>
      <legend>Klarna's servers, asked next</legend>
      ${select({ name: 'servers', label: 'They answer', options: servers })}
    </fieldset>
  </details>
</form>`;
}

const select = ({
  name,
  label,
  options,
}: {
  name: string;
  label: string;
  options: Record<string, { label: string }>;
}) =>
  html`<label>${label}<select name="${name}">${Object.entries(options).map(
    ([value, option]) => html`<option value="${value}">${option.label}</option>`,
  )}</select></label>`;
