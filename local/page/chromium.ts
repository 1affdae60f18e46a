/** Debian's; no browser is downloaded. */
export const chromiumPath = '/usr/bin/chromium';

/** Nothing but the page speaks: a fresh Chromium asks its makers for much. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
