import { type Html, html } from '../../emulator/page/html.ts';
import { lamp, priceOf } from './product.ts';

const flows = {
  authorize: 'authorize: authorised now, captured by the shop later',
  capture: 'capture: authorised and captured at once',
  review: 'review: on hold until the risk decision',
  buy_and_tokenize: 'buy_and_tokenize: pay now, and agree to later charges',
  tokenize: 'tokenize: pay nothing now, only agree to later charges',
};

const head = (title: string, script: string): Html => html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="/page/icon.svg">
<link rel="stylesheet" href="/page/shop.css">
<script type="module" src="/page/${script}"></script>`;

/** A ring of light on a stem, inline so that the page loads no image. */
const picture = html`<svg class="lamp" viewBox="0 0 480 520" role="img" aria-label="A table lamp: a ring of warm light on a slim stem">
  <defs>
    <radialGradient id="glow"><stop offset="0" stop-color="#ffe2a0" stop-opacity=".9"/><stop offset=".55" stop-color="#ffcf6b" stop-opacity=".28"/><stop offset="1" stop-color="#ffcf6b" stop-opacity="0"/></radialGradient>
    <linearGradient id="stem" x1="0" x2="1"><stop stop-color="#2c2a26"/><stop offset=".45" stop-color="#7b756a"/><stop offset="1" stop-color="#24221f"/></linearGradient>
    <linearGradient id="foot" x1="0" x2="0" y1="0" y2="1"><stop stop-color="#5b564d"/><stop offset="1" stop-color="#201e1b"/></linearGradient>
  </defs>
  <circle cx="240" cy="190" r="200" fill="url(#glow)"/>
  <ellipse class="shade" cx="240" cy="478" rx="150" ry="14"/>
  <rect x="235" y="296" width="10" height="172" fill="url(#stem)"/>
  <path d="M168 468q0-16 72-16t72 16v6q0 8-72 8t-72-8z" fill="url(#foot)"/>
  <circle cx="240" cy="190" r="112" fill="none" stroke="#2c2a26" stroke-width="22"/>
  <circle cx="240" cy="190" r="104" fill="none" stroke="#fff1cf" stroke-width="9"/>
  <circle cx="240" cy="190" r="104" fill="none" stroke="#ffcf6b" stroke-width="3"/>
  <circle cx="240" cy="297" r="9" fill="#7b756a"/>
</svg>`;

/** The demo shop: one product, one button. */
export const shopPage = html`${head('Halo table lamp · Lumen, a demo shop', 'shop.js')}
<body>
<header class="top">
  <p class="brand">Lumen <span>demo shop</span></p>
  <nav aria-label="Main"><a href="/timeline">Timeline</a></nav>
</header>
<main>
  <section class="product">
    <div class="stage">${picture}</div>
    <div class="offer">
      <h1>${lamp.name}</h1>
      <p class="lead">A ring of warm light that dims with a turn of the foot. Aluminium, 2700 K, made to be repaired.</p>
      <p class="price"><output id="total">${priceOf(lamp.price)}</output> <span>incl. 19 % VAT, free delivery</span></p>
      <form id="order">
        <label class="quantity">Quantity
          <select name="quantity"><option>1</option><option>2</option><option>3</option></select>
        </label>
        <button type="submit" id="buy">Pay with Klarna</button>
        <p class="note">In full or in instalments. Klarna's page opens on top of this one.</p>
        <div id="result" role="status"></div>
        <details>
          <summary>For engineers: choose the payment flow</summary>
          <label>Flow <select name="flow">${Object.entries(flows).map(
            ([flow, label]) => html`<option value="${flow}">${label}</option>`,
          )}</select></label>
          <label>Klarna's page <select name="mode">
            <option value="overlay">in an overlay (pop-in)</option>
            <option value="popup">in a separate window</option>
          </select></label>
        </details>
      </form>
    </div>
  </section>
  <section class="behind" aria-labelledby="behind">
    <h2 id="behind">What happens when you press the button</h2>
    <ol>
      <li><b>The shop's backend calls the relay.</b> <code>POST /payments</code> creates Klarna's sessions and returns the address of Klarna's page.</li>
      <li><b>The shopper decides.</b> On the emulated page you choose how it ends and which callbacks are lost.</li>
      <li><b>The relay finds out either way.</b> It verifies and stores Klarna's callbacks, and reads from Klarna what they do not report.</li>
      <li><b>Subscribers get each change once, in order.</b> The <a href="/timeline">timeline</a> shows each step as it happens.</li>
    </ol>
  </section>
</main>
</body>
</html>`;

/**
 * The page to which Klarna sends the shopper back. Inside the overlay it reports to the shop, and the overlay closes.
 */
export const returnPage = html`${head('Back in the shop', 'return.js')}
<body class="return">
<main>
  <h1>Back from Klarna</h1>
  <p>You can close this window or <a href="/" target="_top">continue to the shop</a>.</p>
</main>
</body>
</html>`;
