import { style } from './style.ts';
import type { Words } from './words.ts';

export type Overlay = {
  /** The shopper came back from Klarna, or closed the overlay by its button, Escape or the browser's Back. */
  ended: Promise<'returned' | 'closed'>;
  /** Says that nothing may be there to see, and offers a window instead. */
  offerWindow: () => void;
  /** Klarna's page makes room for a word of patience. */
  confirm: () => void;
  /** Takes everything away; the page is as it was before. */
  close: () => void;
};

type Opened = { url: string; inWindow: boolean; words: Words; returned: string };

/**
 * A modal dialog over the page, in a shadow root so that neither styles the other. The browser itself keeps the focus inside,
 * makes the rest inert and gives the focus back.
 */
export function openOverlay({ url, inWindow, words, returned }: Opened): Overlay {
  const { host, dialog, frame, text, open, bar } = build(words);
  const ended = Promise.withResolvers<'returned' | 'closed'>();
  const leave = new AbortController();
  const { signal } = leave;
  let popup: Window | null = null;

  const inOwnWindow = () => {
    popup = window.open(url, returned, 'popup,width=480,height=760'); // null where a blocker wants a click first
    if (popup) frame.remove();
    text.textContent = words.waiting;
    text.hidden = !popup;
    bar.hidden = false;
  };
  const isBack = (event: MessageEvent) =>
    event.origin === location.origin &&
    event.data === returned &&
    (event.source === popup || event.source === frame.contentWindow);
  const atHome = () => {
    try {
      return frame.contentWindow?.location.origin === location.origin; // throws while Klarna's page is in it
    } catch {
      return false;
    }
  };

  addEventListener('message', (event) => isBack(event) && ended.resolve('returned'), { signal });
  addEventListener('popstate', () => ended.resolve('closed'), { signal });
  frame.addEventListener('load', () => atHome() && ended.resolve('returned'), { signal });
  dialog.addEventListener('close', () => ended.resolve('closed'), { signal });
  open.addEventListener('click', inOwnWindow, { signal });

  const restore = lockPage();
  document.body.append(host);
  dialog.showModal();
  if (inWindow) inOwnWindow();
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
      leave.abort();
      popup?.close();
      frame.remove();
      dialog.close();
      host.remove();
      restore();
    },
  };
}

/** The page does not scroll behind the dialog, and Back closes the dialog instead of leaving the page. */
function lockPage(): () => void {
  const { style } = document.documentElement;
  const { overflow } = style;
  const [x, y] = [scrollX, scrollY];
  const home = window.navigation?.currentEntry?.key;
  style.overflow = 'hidden';
  history.pushState({ ...history.state, klarnaRelay: true }, '');
  return () => {
    style.overflow = overflow;
    scrollTo(x, y);
    if (!history.state?.klarnaRelay) return;
    if (home)
      navigation.traverseTo(home); // past the steps that the frame made
    else history.back();
  };
}

function build(words: Words) {
  const frame = make('iframe', { title: words.frame, allow: 'payment' });
  const text = make('p', { role: 'status', hidden: true });
  const open = make('button', {}, words.open);
  const bar = make('div', { hidden: true }, words.nothing, ' ', open);
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
  more: Partial<HTMLElementTagNameMap[Name]>,
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), more);
  element.append(...inside);
  return element;
}
