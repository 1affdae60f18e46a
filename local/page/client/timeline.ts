import type { TimelineMessage } from '../../timeline/entry.ts';
import { startClock } from './clock.ts';
import { find } from './dom.ts';
import { paymentList } from './list.ts';
import { paymentTimeline } from './payment.ts';

const main = find('#main', HTMLElement);
const { payment } = main.dataset;
const view = payment ? paymentTimeline(main, payment) : paymentList(main);
const clock = startClock(view.tick);

const source = new EventSource(`/local/timeline${payment ? `?payment=${encodeURIComponent(payment)}` : ''}`);
source.addEventListener('message', ({ data }) => {
  const message: TimelineMessage = JSON.parse(data);
  if ('now' in message) clock.set(message.now);
  view.receive(message);
});
