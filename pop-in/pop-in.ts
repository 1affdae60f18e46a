import { openOverlay } from './overlay.ts';
import { pollStatus, type Status } from './status.ts';
import { english, type Words } from './words.ts';

export type { Status } from './status.ts';
export type { Words } from './words.ts';

export type Settings = {
  /** `popup`: Klarna's page opens in its own window, and the overlay waits for it. @default 'overlay' */
  mode?: 'overlay' | 'popup';
  /** The texts of the overlay, in the shopper's language. @default English */
  words?: Partial<Words>;
};

/** `redirect_url` and `status_url` from the answer to `POST /payments`. */
export type PaymentUrls = { redirectUrl: string; statusUrl: string };

/**
 * The payment's status, and why the overlay ended. answered: Klarna has given an answer. closed: the shopper closed the
 * overlay. timed_out: ten seconds after the shopper's return there is no answer yet; read the status again later.
 */
export type PopInResult = Status & { ended: 'answered' | 'closed' | 'timed_out' };

/** Milliseconds between two reads of the status while the shopper is at Klarna. */
const slowInterval = 2000;
/** The same after the shopper's return. */
const fastInterval = 700;
/** Milliseconds after which a payment page that has not been reached may be forbidden in frames. */
const frameTimeout = 6000;
/** Milliseconds after the shopper's return until we stop reading. */
const answerTimeout = 10_000;
const returnMessage = 'klarna-relay:returned';

let settings: Settings = {};
let running: Promise<PopInResult> | undefined;

/**
 * Call it once on the page with the button, and on the page to which Klarna sends the shopper back: there it reports
 * the return to the shop, and closes the window if it was opened as one.
 */
export function init(options: Settings = {}): void {
  settings = options;
  const shop: Window | null = window.opener ?? (window.parent === window ? null : window.parent);
  shop?.postMessage(returnMessage, location.origin); // delivered to the shop's own origin only
  if (window.opener && window.name === returnMessage) window.close();
}

/**
 * Shows Klarna's page over the shop until Klarna answers or the shopper closes it. A second call meanwhile returns the
 * same promise, which never rejects once the overlay is open.
 * @throws TypeError when `redirectUrl` is not an http(s) URL, so that it cannot run a script
 */
export function apply(payment: PaymentUrls): Promise<PopInResult> {
  if (!/^https?:/.test(payment.redirectUrl)) throw new TypeError('redirectUrl: not an http(s) URL');
  running ??= pay(payment).finally(() => {
    running = undefined;
  });
  return running;
}

async function pay({ redirectUrl, statusUrl }: PaymentUrls): Promise<PopInResult> {
  const overlay = openOverlay({
    url: redirectUrl,
    inWindow: settings.mode === 'popup',
    words: { ...english, ...settings.words },
    returnMessage,
  });
  const frameTimer = setTimeout(overlay.offerWindow, frameTimeout);
  let first: Status | undefined;
  let moved = false;
  const onStatus = (status: Status) => {
    first ??= status;
    moved ||= status.session !== first.session || status.stage !== first.stage;
    if (moved) clearTimeout(frameTimer); // the shopper has reached Klarna's page
  };
  const isDecided = ({ decided }: Status) => decided;
  const isAnswer = (status: Status) => status.decided || (moved && isSessionAnswer(status));

  const polling = new AbortController();
  const decision = pollStatus(statusUrl, {
    every: slowInterval,
    signal: polling.signal,
    onStatus,
    isLast: isDecided,
  });
  const end = await Promise.race([overlay.ended, decision]);
  polling.abort();
  clearTimeout(frameTimer);
  if (end === 'returned') overlay.confirm();
  const signal = end === 'returned' ? AbortSignal.timeout(answerTimeout) : AbortSignal.abort();
  const last = await pollStatus(statusUrl, { every: fastInterval, signal, onStatus, isLast: isAnswer });
  overlay.close();
  if (end === 'closed') return { ...last, ended: 'closed' };
  return { ...last, ended: isAnswer(last) ? 'answered' : 'timed_out' };
}

/**
 * The shopper was declined, went back, or waits for a decision that takes hours. Counts only if it came in this
 * attempt.
 */
const isSessionAnswer = ({ status, session = 'WAITING' }: Status) =>
  status === 'pending' || !['WAITING', 'IN_PROGRESS', 'COMPLETED'].includes(session);
