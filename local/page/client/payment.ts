import { priceOf } from '../product.ts';
import type { Entry, Place, Summary } from '../../timeline/entry.ts';
import { dueIn, span } from './clock.ts';
import { h } from './dom.ts';
import { entryRow } from './entry.ts';
import { track } from './stages.ts';
import type { View } from './timeline.ts';

const places: Record<Place, string> = { shop: 'Shop', klarna: 'Klarna', relay: 'Relay', table: 'Table', bus: 'Bus' };

const kinds: { name: string; label: string; holds: (entry: Entry) => boolean }[] = [
  { name: 'callbacks', label: 'Callbacks', holds: ({ from }) => from === 'klarna' },
  { name: 'calls', label: 'Calls to Klarna', holds: ({ from, to }) => from === 'relay' && to === 'klarna' },
  { name: 'writes', label: 'Writes', holds: ({ to }) => to === 'table' },
  { name: 'changes', label: 'Published', holds: ({ to }) => to === 'bus' },
  { name: 'others', label: 'Shop and duty', holds: ({ from, to }) => from === 'shop' || from === to },
];

/** Who does something before what comes of it, where both share a millisecond. */
const rank = ({ from, to }: Entry) =>
  ['shop', 'klarna', 'relay', 'table', 'bus'].indexOf(from) * 10 + (to === 'klarna' ? 0 : 1);
const inOrder = (a: Entry, b: Entry) => a.at.localeCompare(b.at) || rank(a) - rank(b) || a.number - b.number;

/** Milliseconds of nothing that are worth a line. */
const gap = 20_000;

/** One payment: how it stands, what is owed, and all that happened, from lane to lane down the page. */
export function paymentView(main: HTMLElement, name: string): View {
  const entries: Entry[] = [];
  const rows = new Map<number, HTMLElement>();
  const hidden = new Set<string>();
  const standing = h('div', { class: 'standing' });
  const list = h('ol', { class: 'lanes' });
  const search = h('input', { type: 'search', 'aria-label': 'Search the timeline', placeholder: 'Search' });
  const chips = kinds.map(({ name, label }) => {
    const input = h('input', { type: 'checkbox', checked: '' });
    input.addEventListener('change', () => {
      if (input.checked) hidden.delete(name);
      else hidden.add(name);
      draw();
    });
    return h('label', { class: 'chip' }, input, label);
  });
  search.addEventListener('input', draw);
  main.append(
    h('p', { class: 'path' }, h('a', { href: '/timeline' }, 'Payments')),
    h('h1', { class: 'name' }, name),
    standing,
    h('div', { class: 'tools' }, h('div', { role: 'group', 'aria-label': 'Show', class: 'chips' }, ...chips), search),
    h('div', { class: 'heads', 'aria-hidden': 'true' }, ...Object.values(places).map((place) => h('span', {}, place))),
    list,
  );

  function fits(entry: Entry): boolean {
    const kind = kinds.find(({ holds }) => holds(entry));
    const text = `${entry.title} ${entry.result} ${entry.why ?? ''}`.toLowerCase();
    return !hidden.has(kind?.name ?? '') && text.includes(search.value.trim().toLowerCase());
  }
  function rowOf(entry: Entry): HTMLElement {
    const row = rows.get(entry.number) ?? entryRow(entry, places);
    rows.set(entry.number, row);
    return row;
  }
  let waiting = false;
  function draw(): void {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const shown = entries.filter(fits);
      list.replaceChildren(...shown.flatMap((entry, index) => [...pauseBefore(entry, shown[index - 1]), rowOf(entry)]));
      if (shown.length === 0) list.append(h('li', { class: 'empty' }, 'Nothing has been seen of it in this run.'));
    });
  }
  draw();
  let owed: HTMLElement | undefined;
  let now = new Date();
  return {
    told: (told) => {
      if ('payment' in told) {
        standing.replaceChildren(...head(told.payment, now));
        owed = standing.querySelector<HTMLElement>('[data-due]') ?? undefined;
      }
      if (!('entry' in told)) return;
      entries.push(told.entry);
      entries.sort(inOrder);
      draw();
    },
    ticked: (at) => {
      now = at;
      owed?.replaceChildren(dueIn(owed.dataset.due ?? '', now));
    },
  };
}

function pauseBefore(entry: Entry, before: Entry | undefined): HTMLElement[] {
  const passed = before ? Date.parse(entry.at) - Date.parse(before.at) : 0;
  return passed > gap ? [h('li', { class: 'gap' }, `${span(passed)} later`)] : [];
}

function head({ stage, session, amount, currency, flow, changes, owed }: Summary, now: Date): HTMLElement[] {
  const fact = (label: string, ...value: (Node | string)[]) => h('div', {}, h('dt', {}, label), h('dd', {}, ...value));
  const due = owed && h('time', { datetime: owed.at, 'data-due': owed.at }, dueIn(owed.at, now));
  return [
    track(stage),
    h(
      'dl',
      { class: 'facts' },
      ...(amount === undefined ? [] : [fact('Amount', priceOf(amount, currency))]),
      ...(flow ? [fact('Flow', flow)] : []),
      fact("Session, in Klarna's word", session ?? 'none yet'),
      fact('Changes published', String(changes)),
      fact('Owed next', ...(owed && due ? [`${owed.does} `, due] : ['nothing: it rests'])),
    ),
  ];
}
