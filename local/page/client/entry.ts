import type { Place, TimelineEntry } from '../../timeline/entry.ts';
import { clockTime } from './clock.ts';
import { find, h } from './dom.ts';

const order: Place[] = ['shop', 'klarna', 'relay', 'table', 'bus'];

/**
 * One row: a labelled arrow from lane to lane. It opens to show the reason, the details, and buttons to copy or resend
 * it.
 */
export function entryRow(entry: TimelineEntry, places: Record<Place, string>): HTMLElement {
  const { at, from, to, title, result, tone, why, showsWhy = false } = entry;
  const way = from === to ? places[from] : `${places[from]} → ${places[to]}`;
  const arrow = h(
    'span',
    { class: arrowClass(entry) },
    h(
      'span',
      { class: 'label' },
      h('span', { class: 'way' }, way),
      h('span', { class: 'title' }, title),
      h('b', {}, result),
    ),
    h('span', { class: 'shaft', 'aria-hidden': 'true' }),
  );
  arrow.style.setProperty('--from', String(order.indexOf(from)));
  arrow.style.setProperty('--to', String(order.indexOf(to)));
  const moment = new Date(at);
  const summary = h(
    'summary',
    {},
    h(
      'time',
      { datetime: at },
      clockTime(moment),
      h('span', {}, `.${String(moment.getMilliseconds()).padStart(3, '0')}`),
    ),
    arrow,
    showsWhy && why ? h('span', { class: 'why' }, why) : undefined,
  );
  const details = h('details', {}, summary);
  const fill = () => details.childElementCount === 1 && details.append(contentOf(entry));
  details.addEventListener('toggle', fill, { once: true });
  return h('li', { class: `entry ${tone}` }, details);
}

const arrowClass = ({ from, to, result }: TimelineEntry): string => {
  const lanes = order.indexOf(to) - order.indexOf(from);
  const direction = lanes > 0 ? 'right' : 'left';
  return `arrow ${lanes === 0 ? 'self' : direction}${result === 'lost' ? ' lost' : ''}`;
};

function contentOf({ number, why, showsWhy, detail, curl, canResend }: TimelineEntry): HTMLElement {
  const actions = [
    ...(curl ? [button('Copy as curl', () => navigator.clipboard.writeText(curl).then(() => 'Copied.'))] : []),
    ...(canResend ? [button('Send again', () => sendAgain(number))] : []),
  ];
  return h(
    'div',
    { class: 'content' },
    why && !showsWhy ? h('p', {}, why) : undefined,
    detail === undefined ? undefined : h('pre', { tabindex: '0' }, JSON.stringify(detail, null, 2)),
    actions.length > 0 && h('p', { class: 'actions' }, ...actions),
  );
}

function button(label: string, action: () => Promise<string>): HTMLElement {
  const element = h('button', { type: 'button' }, label);
  const note = find('#note', HTMLElement);
  element.addEventListener('click', async () => {
    note.textContent = await action().catch(() => `${label} failed.`);
  });
  return element;
}

async function sendAgain(entry: number): Promise<string> {
  const response = await fetch('/local/again', { method: 'POST', body: JSON.stringify({ entry }) });
  const answer = await response.json();
  return response.ok ? `Sent again: the relay answered ${answer.status}.` : answer.message;
}
