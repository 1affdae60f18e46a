import type { Entry, Place } from '../../timeline/entry.ts';
import { time } from './clock.ts';
import { found, h } from './dom.ts';

const order: Place[] = ['shop', 'klarna', 'relay', 'table', 'bus'];

/** One row: an arrow from lane to lane with what it says; opened, it tells why, shows what came, and can be copied or sent again. */
export function entryRow(entry: Entry, places: Record<Place, string>): HTMLElement {
  const { at, from, to, title, result, tone, why, speaks = false } = entry;
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
    h('span', { class: 'line', 'aria-hidden': 'true' }),
  );
  arrow.style.setProperty('--from', String(order.indexOf(from)));
  arrow.style.setProperty('--to', String(order.indexOf(to)));
  const moment = new Date(at);
  const summary = h(
    'summary',
    {},
    h('time', { datetime: at }, time(moment), h('span', {}, `.${String(moment.getMilliseconds()).padStart(3, '0')}`)),
    arrow,
    speaks && why ? h('span', { class: 'says' }, why) : undefined,
  );
  const details = h('details', {}, summary);
  details.addEventListener('toggle', () => details.childElementCount === 1 && details.append(inside(entry, speaks)), {
    once: true,
  });
  return h('li', { class: `entry ${tone}` }, details);
}

const arrowClass = ({ from, to, result }: Entry): string => {
  const way = order.indexOf(to) - order.indexOf(from);
  const turns = way > 0 ? 'right' : 'left';
  return `arrow ${way === 0 ? 'self' : turns}${result === 'lost' ? ' lost' : ''}`;
};

function inside({ number, why, detail, curl, again }: Entry, said: boolean): HTMLElement {
  const actions = [
    ...(curl ? [button('Copy as curl', () => navigator.clipboard.writeText(curl).then(() => 'Copied.'))] : []),
    ...(again ? [button('Send again', () => sendAgain(number))] : []),
  ];
  return h(
    'div',
    { class: 'inside' },
    why && !said ? h('p', {}, why) : undefined,
    detail === undefined ? undefined : h('pre', { tabindex: '0' }, JSON.stringify(detail, null, 2)),
    actions.length > 0 && h('p', { class: 'actions' }, ...actions),
  );
}

function button(label: string, does: () => Promise<string>): HTMLElement {
  const made = h('button', { type: 'button' }, label);
  const note = found('#note', HTMLElement);
  made.addEventListener('click', async () => {
    note.textContent = await does().catch(() => `${label}: it did not work.`);
  });
  return made;
}

async function sendAgain(entry: number): Promise<string> {
  const response = await fetch('/local/again', { method: 'POST', body: JSON.stringify({ entry }) });
  const told = await response.json();
  return response.ok ? `Sent once more; the relay answered ${told.status}.` : told.message;
}
