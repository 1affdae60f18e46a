import type { PaymentSummary } from '../../timeline/entry.ts';
import { priceOf } from '../product.ts';
import { dueIn, span } from './clock.ts';
import { h } from './dom.ts';
import { badge, toneOf } from './stages.ts';
import type { View } from './view.ts';

const filters = { all: 'All', open: 'Open', wait: 'Waiting', good: 'Paid', bad: 'Not paid' };

/** All payments, the last one changed first. */
export function paymentList(main: HTMLElement): View {
  const payments = new Map<string, PaymentSummary>();
  let now = new Date();
  let filter = 'all';
  const search = h('input', {
    type: 'search',
    'aria-label': 'Search payments',
    placeholder: 'Payment, stage or flow',
  });
  const list = h('ul', { class: 'payments' });
  const chips = Object.entries(filters).map(([value, label]) => {
    const input = h('input', { type: 'radio', name: 'filter', value, ...(value === 'all' && { checked: '' }) });
    input.addEventListener('change', () => {
      filter = value;
      draw();
    });
    return h('label', { class: 'chip' }, input, label);
  });
  search.addEventListener('input', () => draw());
  main.append(
    h('h1', {}, 'Payments'),
    h('div', { class: 'tools' }, h('div', { role: 'group', 'aria-label': 'Show', class: 'chips' }, ...chips), search),
    list,
  );

  const fits = (payment: PaymentSummary) =>
    (filter === 'all' || toneOf(payment.stage) === filter) &&
    Object.values(payment).join(' ').toLowerCase().includes(search.value.trim().toLowerCase());
  function draw(): void {
    const shown = [...payments.values()].reverse().filter(fits);
    const empty = payments.size === 0 ? 'No payment yet. ' : 'No payment matches.';
    list.replaceChildren(
      ...shown.map((payment) => row(payment, now)),
      ...(shown.length === 0
        ? [h('li', { class: 'empty' }, empty, payments.size === 0 && h('a', { href: '/' }, 'Buy a lamp'))]
        : []),
    );
  }
  return {
    receive: (message) => {
      if (!('payment' in message)) return;
      payments.delete(message.payment.payment);
      payments.set(message.payment.payment, message.payment);
      draw();
    },
    tick: (at) => {
      now = at;
      for (const due of list.querySelectorAll<HTMLElement>('[data-due]'))
        due.textContent = dueIn(due.dataset.due ?? '', now);
    },
  };
}

function row(summary: PaymentSummary, now: Date): HTMLElement {
  const { payment, stage, session, amount, currency, flow, changes, nextTask, at } = summary;
  const money = amount === undefined ? '' : priceOf(amount, currency);
  const task = nextTask
    ? [
        `next: ${nextTask.kind}, `,
        h('time', { datetime: nextTask.dueAt, 'data-due': nextTask.dueAt }, dueIn(nextTask.dueAt, now)),
      ]
    : ['no task left'];
  return h(
    'li',
    {},
    h('a', { href: `/timeline/${payment}` }, payment),
    badge(stage),
    h('span', { class: 'money' }, money),
    h('span', { class: 'soft' }, [flow, session].filter(Boolean).join(' · ')),
    h(
      'span',
      { class: 'soft' },
      `${changes} ${changes === 1 ? 'change' : 'changes'}, ${span(now.getTime() - Date.parse(at))} ago`,
    ),
    h('span', { class: 'soft task' }, ...task),
  );
}
