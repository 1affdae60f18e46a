/** Chromium from Debian's package; no browser is downloaded. */
export const chromiumPath = '/usr/bin/chromium';

/** Keeps Chromium from requests of its own. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
