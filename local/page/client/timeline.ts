import type { Told } from '../../timeline/entry.ts';
import { startClock } from './clock.ts';
import { found } from './dom.ts';
import { listView } from './list.ts';
import { paymentView } from './payment.ts';

/** A page of the timeline: takes what it is told, and is asked to draw anew when the clock has moved. */
export type View = { told: (told: Told) => void; ticked: (now: Date) => void };

const main = found('#main', HTMLElement);
const { payment } = main.dataset;
const view = payment ? paymentView(main, payment) : listView(main);
const clock = startClock(view.ticked);

const source = new EventSource(`/local/timeline${payment ? `?payment=${encodeURIComponent(payment)}` : ''}`);
source.addEventListener('message', ({ data }) => {
  const told: Told = JSON.parse(data);
  if ('now' in told) clock.set(told.now);
  view.told(told);
});
