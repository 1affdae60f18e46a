import type { PaymentSummary, Place, TimelineEntry } from '../../timeline/entry.ts';
import { priceOf } from '../product.ts';
import { dueIn, span } from './clock.ts';
import { h } from './dom.ts';
import { entryRow } from './entry.ts';
import { track } from './stages.ts';
import type { View } from './view.ts';

const places: Record<Place, string> = { shop: 'Shop', klarna: 'Klarna', relay: 'Relay', table: 'Table', bus: 'Bus' };

const kinds: { name: string; label: string; includes: (entry: TimelineEntry) => boolean }[] = [
  { name: 'callbacks', label: 'Callbacks', includes: ({ from }) => from === 'klarna' },
  { name: 'calls', label: 'Calls to Klarna', includes: ({ from, to }) => from === 'relay' && to === 'klarna' },
  { name: 'writes', label: 'Writes', includes: ({ to }) => to === 'table' },
  { name: 'changes', label: 'Published', includes: ({ to }) => to === 'bus' },
  { name: 'others', label: 'Shop and tasks', includes: ({ from, to }) => from === 'shop' || from === to },
];

/** Puts a cause before its effect where both have the same millisecond. */
const rank = ({ from, to }: TimelineEntry) =>
  ['shop', 'klarna', 'relay', 'table', 'bus'].indexOf(from) * 10 + (to === 'klarna' ? 0 : 1);
const byTime = (a: TimelineEntry, b: TimelineEntry) =>
  a.at.localeCompare(b.at) || rank(a) - rank(b) || a.number - b.number;

/** Milliseconds without an entry from which on the pause is shown. */
const shownPause = 20_000;

/** One payment: its state, its next task, and every entry, drawn as arrows between lanes. */
export function paymentTimeline(main: HTMLElement, name: string): View {
  const entries: TimelineEntry[] = [];
  const rows = new Map<number, HTMLElement>();
  const hidden = new Set<string>();
  const state = h('div', { class: 'state' });
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
    state,
    h('div', { class: 'tools' }, h('div', { role: 'group', 'aria-label': 'Show', class: 'chips' }, ...chips), search),
    h('div', { class: 'heads', 'aria-hidden': 'true' }, ...Object.values(places).map((place) => h('span', {}, place))),
    list,
  );

  function fits(entry: TimelineEntry): boolean {
    const kind = kinds.find(({ includes }) => includes(entry));
    const text = `${entry.title} ${entry.result} ${entry.why ?? ''}`.toLowerCase();
    return !hidden.has(kind?.name ?? '') && text.includes(search.value.trim().toLowerCase());
  }
  function rowOf(entry: TimelineEntry): HTMLElement {
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
      const empty = entries.length === 0 ? 'Nothing has happened to this payment in this run.' : 'No entry matches.';
      if (shown.length === 0) list.append(h('li', { class: 'empty' }, empty));
    });
  }
  draw();
  let due: HTMLElement | undefined;
  let now = new Date();
  return {
    receive: (message) => {
      if ('payment' in message) {
        state.replaceChildren(...stateOf(message.payment, now));
        due = state.querySelector<HTMLElement>('[data-due]') ?? undefined;
      }
      if (!('entry' in message)) return;
      entries.push(message.entry);
      entries.sort(byTime);
      draw();
    },
    tick: (at) => {
      now = at;
      due?.replaceChildren(dueIn(due.dataset.due ?? '', now));
    },
  };
}

function pauseBefore(entry: TimelineEntry, before: TimelineEntry | undefined): HTMLElement[] {
  const pause = before ? Date.parse(entry.at) - Date.parse(before.at) : 0;
  return pause > shownPause ? [h('li', { class: 'gap' }, `${span(pause)} later`)] : [];
}

function stateOf(summary: PaymentSummary, now: Date): HTMLElement[] {
  const { stage, session, amount, currency, flow, changes, nextTask } = summary;
  const fact = (label: string, ...value: (Node | string)[]) => h('div', {}, h('dt', {}, label), h('dd', {}, ...value));
  const due =
    nextTask && h('time', { datetime: nextTask.dueAt, 'data-due': nextTask.dueAt }, dueIn(nextTask.dueAt, now));
  return [
    track(stage),
    h(
      'dl',
      { class: 'facts' },
      ...(amount === undefined ? [] : [fact('Amount', priceOf(amount, currency))]),
      ...(flow ? [fact('Flow', flow)] : []),
      fact("Klarna's session status", session ?? 'none yet'),
      fact('Changes', String(changes)),
      fact('Next task', ...(nextTask && due ? [`${nextTask.kind}, `, due] : ['none'])),
    ),
  ];
}
