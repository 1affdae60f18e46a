import type { IncomingMessage } from 'node:http';
import type { EmulatedHostedSession, EmulatedPaymentSession, EmulatorState } from '../state.ts';
import { assets } from './assets.ts';
import { apiChoices, callbackKindChoices, choices, mishapChoices } from './choices.ts';
import { type Html, html } from './html.ts';

type PageAnswer = { status: number; headers: Record<string, string>; text: string };

const asset = assets({
  'klarna.js': new URL('./client.ts', import.meta.url),
  'klarna.css': new URL('./page.css', import.meta.url),
  'klarna.svg': new URL('./icon.svg', import.meta.url),
});

/** Only pages on this machine may frame the page, and it loads nothing from elsewhere. */
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

/** The hosted page of a session, or a file that it loads; undefined for any other request. */
export async function klarnaPage(
  state: EmulatorState,
  { method, url = '', headers }: IncomingMessage,
): Promise<PageAnswer | undefined> {
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
  const paymentSession = session && state.sessions.get(session.paymentSession);
  return {
    status: session ? 200 : 404,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy,
    },
    text: document(session && paymentSession ? paymentChoices(session, paymentSession) : unknownPayment).html,
  };
}

const document = (main: Html) => html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Klarna, emulated</title>
<link rel="icon" href="/page/klarna.svg">
<link rel="stylesheet" href="/page/klarna.css">
<script type="module" src="/page/klarna.js"></script>
<body>
<header class="label">Emulated: not the real Klarna, no real money</header>
<main>${main}</main>
</body>
</html>`;

const unknownPayment = html`<h1>No such payment</h1><p>This session has ended or never existed. Start again from the shop.</p>`;

function paymentChoices({ session_id, status }: EmulatedHostedSession, { body }: EmulatedPaymentSession): Html {
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
<div id="progress" role="status" data-session="${session_id}" data-status="${status}"></div>
<form id="choices">
  ${choices.map(
    ({ title, buttons }) => html`
  <fieldset>
    <legend>${title}</legend>
    ${buttons.map(
      ({ behaviour, label, note }) =>
        html`<button type="button" value="${behaviour}"${behaviour === 'approve' ? html` class="first"` : ''}><b>${label}</b><span>${note}</span></button>`,
    )}
  </fieldset>`,
  )}
  <details>
    <summary>What goes wrong on the way</summary>
    <fieldset>
      <legend>Klarna's callbacks for this payment</legend>
      ${callbackKindChoices.map((kind) => select({ name: kind, label: kind, options: mishapChoices }))}
    </fieldset>
    <fieldset>
      <legend>Klarna's API, on the next requests</legend>
      ${select({ name: 'api', label: 'Answers', options: apiChoices })}
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
