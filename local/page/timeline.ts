import { type Html, html } from '../../emulator/page/html.ts';

/** The list of payments, or the timeline of one. The script fills the page from /local/timeline. */
export const timelinePage = (payment?: string): Html => html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${payment ? `${payment} · ` : ''}Timeline · klarna-relay</title>
<link rel="icon" href="/page/icon.svg">
<link rel="stylesheet" href="/page/timeline.css">
<script type="module" src="/page/timeline.js"></script>
<body>
<header class="top">
  <p class="brand"><img src="/page/icon.svg" alt="" width="28" height="28"> klarna-relay</p>
  <nav aria-label="Main"><a href="/">Shop</a> <a href="/timeline"${payment ? '' : html` aria-current="page"`}>Timeline</a></nav>
  <div class="clock" role="group" aria-label="Clock of the local run">
    <time id="now"></time>
    <button type="button" value="120000">+2 min</button>
    <button type="button" value="3600000">+1 h</button>
    <button type="button" value="172800000">+48 h</button>
  </div>
</header>
<main id="main"${payment ? html` data-payment="${payment}"` : ''}></main>
<p id="note" role="status"></p>
</body>
</html>`;
