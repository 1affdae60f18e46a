import { openOverlay } from './overlay.ts';
import { comesToRest, type Status } from './status.ts';
import { english, type Words } from './words.ts';

export type { Status } from './status.ts';
export type { Words } from './words.ts';

export type Settings = {
  /** `popup`: Klarna's page opens in a window of its own, with an overlay that waits for it. @default 'overlay' */
  mode?: 'overlay' | 'popup';
  /** What the overlay says, in the shopper's language. @default English */
  words?: Partial<Words>;
};

/** `redirect_url` and `status_url` of the answer to `POST /payments`. */
export type Payment = { redirectUrl: string; statusUrl: string };

/**
 * How the payment stands, and why the overlay is gone. told: the status came to rest. closed: the shopper closed it.
 * waited: the shopper is back from Klarna, and ten seconds later the status still moves; ask again later.
 */
export type Outcome = Status & { ended: 'told' | 'closed' | 'waited' };

/** Milliseconds between two questions; while the shopper is at Klarna, and once she is back. */
const pauses = { open: 2000, confirming: 700 };
/** Milliseconds. A payment page that nobody has reached after this long may not be allowed in a frame. */
const patience = { frame: 6000, confirming: 10_000 };
const returned = 'klarna-relay:returned';

let settings: Settings = {};
let running: Promise<Outcome> | undefined;

/**
 * Call it once on the page that has the button, and on the page that Klarna leads back to: there it tells the shop that the
 * shopper is back, and closes its own window if it was opened as one.
 */
export function init(given: Settings = {}): void {
  settings = given;
  const shop: Window | null = window.opener ?? (window.parent === window ? null : window.parent);
  shop?.postMessage(returned, location.origin); // no other origin than the shop's own hears it
  if (window.opener && window.name === returned) window.close();
}

/**
 * Shows Klarna's page over the shop until the payment has come to rest or the shopper closes it. A second call meanwhile gets
 * the same promise, which never rejects once the overlay is open.
 * @throws TypeError when `redirectUrl` is no http(s) URL: it must not be script
 */
export function apply(payment: Payment): Promise<Outcome> {
  if (!/^https?:/.test(payment.redirectUrl)) throw new TypeError('redirectUrl: no http(s) URL');
  running ??= pay(payment).finally(() => {
    running = undefined;
  });
  return running;
}

async function pay({ redirectUrl, statusUrl }: Payment): Promise<Outcome> {
  const overlay = openOverlay({
    url: redirectUrl,
    inWindow: settings.mode === 'popup',
    words: { ...english, ...settings.words },
    returned,
  });
  const mayBeRefused = setTimeout(overlay.offerWindow, patience.frame);
  let first: Status | undefined;
  let moved = false;
  const noticed = (status: Status) => {
    first ??= status;
    moved ||= status.session !== first.session || status.stage !== first.stage;
    if (moved) clearTimeout(mayBeRefused); // Klarna's page has been reached
  };
  const rests = (status: Status) => status.settled || (moved && isAnswered(status));

  const watching = new AbortController();
  const settled = ({ settled }: Status) => settled;
  const watched = comesToRest(statusUrl, { every: pauses.open, signal: watching.signal, noticed, rests: settled });
  const end = await Promise.race([overlay.ended, watched]);
  watching.abort();
  clearTimeout(mayBeRefused);
  if (end === 'returned') overlay.confirm();
  const signal = end === 'returned' ? AbortSignal.timeout(patience.confirming) : AbortSignal.abort();
  const last = await comesToRest(statusUrl, { every: pauses.confirming, signal, noticed, rests });
  overlay.close();
  if (end === 'closed') return { ...last, ended: 'closed' };
  return { ...last, ended: rests(last) ? 'told' : 'waited' };
}

/** The shopper was declined, went back, or waits for a decision that takes hours. A word from before this attempt does not count. */
const isAnswered = ({ status, session = 'WAITING' }: Status) =>
  status === 'pending' || !['WAITING', 'IN_PROGRESS', 'COMPLETED'].includes(session);
