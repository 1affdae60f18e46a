import { style } from './style.ts';
import type { Words } from './words.ts';

type Overlay = {
  /** `returned`: the shopper came back from Klarna. `closed`: the shopper used ×, Escape or the browser's Back. */
  ended: Promise<'returned' | 'closed'>;
  /** Offers a window, in case the frame stays empty. */
  offerWindow: () => void;
  /** Replaces Klarna's page by a message that the payment is being confirmed. */
  confirm: () => void;
  /** Removes the overlay and leaves the page as it was before. */
  close: () => void;
};

/** `returnMessage` is what the page to which Klarna sends the shopper back posts to the shop. */
type OverlayOptions = { url: string; inWindow: boolean; words: Words; returnMessage: string };

/**
 * A modal dialog over the page, in a shadow root so that neither styles the other. The browser keeps the focus inside,
 * makes the rest of the page inert, and gives the focus back.
 */
export function openOverlay({ url, inWindow, words, returnMessage }: OverlayOptions): Overlay {
  const { host, dialog, frame, text, open, bar } = build(words);
  const ended = Promise.withResolvers<'returned' | 'closed'>();
  const listening = new AbortController();
  const { signal } = listening;
  let popup: Window | null = null;

  const openWindow = () => {
    popup = window.open(url, returnMessage, 'popup,width=480,height=760'); // null if a popup blocker requires a click
    if (popup) frame.remove();
    text.textContent = words.waiting;
    text.hidden = !popup;
    bar.hidden = false;
  };
  const isReturn = (event: MessageEvent) =>
    event.origin === location.origin &&
    event.data === returnMessage &&
    (event.source === popup || event.source === frame.contentWindow);
  const showsShop = () => {
    try {
      return frame.contentWindow?.location.origin === location.origin; // throws while the frame shows Klarna's page
    } catch {
      return false;
    }
  };

  addEventListener('message', (event) => isReturn(event) && ended.resolve('returned'), { signal });
  addEventListener('popstate', () => ended.resolve('closed'), { signal });
  frame.addEventListener('load', () => showsShop() && ended.resolve('returned'), { signal });
  dialog.addEventListener('close', () => ended.resolve('closed'), { signal });
  open.addEventListener('click', openWindow, { signal });

  const restore = lockPage();
  document.body.append(host);
  dialog.showModal();
  if (inWindow) openWindow();
  else frame.src = url;

  return {
    ended: ended.promise,
    offerWindow: () => {
      bar.hidden = false;
    },
    confirm: () => {
      frame.remove();
      bar.hidden = true;
      text.hidden = false;
      text.replaceChildren(words.confirming, make('progress', { ariaLabel: words.confirming }));
    },
    close: () => {
      listening.abort();
      popup?.close();
      frame.remove();
      dialog.close();
      host.remove();
      restore();
    },
  };
}

/** Stops the page from scrolling behind the dialog, and makes Back close the dialog instead of leaving the page. */
function lockPage(): () => void {
  const { style } = document.documentElement;
  const { overflow } = style;
  const [x, y] = [scrollX, scrollY];
  const shopEntry = window.navigation?.currentEntry?.key;
  style.overflow = 'hidden';
  history.pushState({ ...history.state, klarnaRelay: true }, '');
  return () => {
    style.overflow = overflow;
    scrollTo(x, y);
    if (!history.state?.klarnaRelay) return;
    if (shopEntry)
      navigation.traverseTo(shopEntry); // also skips the history entries of the frame
    else history.back();
  };
}

function build(words: Words) {
  const frame = make('iframe', { title: words.frame, allow: 'payment' });
  const text = make('p', { role: 'status', hidden: true });
  const open = make('button', {}, words.open);
  const bar = make('div', { hidden: true }, words.notVisible, ' ', open);
  const close = make('button', { ariaLabel: words.close }, '×');
  const header = make('form', { method: 'dialog' }, make('h2', { id: 'title' }, words.title), close);
  const dialog = make('dialog', {}, header, frame, text, bar);
  dialog.setAttribute('aria-labelledby', 'title');
  const host = make('div', {});
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [style()];
  root.append(dialog);
  return { host, dialog, frame, text, open, bar };
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
