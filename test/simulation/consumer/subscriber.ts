import { newShopOrder, type ShopOrder } from '../../../examples/subscriber/shop-order.ts';
import { type ShopOrders, subscriber } from '../../../examples/subscriber/subscriber.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import { type DeliveredEvent, eventRule } from './event-rule.ts';
import { queue } from './queue.ts';

/** An event that a subscriber applied. */
type Applied = DeliveredEvent['detail'] & { at: number };

/** What happens to a subscriber in a run. */
export type SubscriberPlan = {
  name: string;
  /** From when on its rule exists. */
  joinsAt: number;
  /** When the queue takes no events, when nobody polls it, and when every message meets an error. `from` up to `until`. */
  downtimes: { from: number; until: number; kind: 'queue' | 'polling' | 'errors' }[];
};

/**
 * The sample of examples/subscriber behind a rule and a queue of its own, over a table in memory. Calls `onTrouble` for
 * each event in one of its dead-letter queues.
 */
export function simulatedSubscriber(
  run: RunContext,
  { name, joinsAt, downtimes }: SubscriberPlan,
  onTrouble: () => void,
) {
  const { clock, chance, faults } = run;
  const orders = new Map<string, ShopOrder>();
  const applied: Applied[] = [];
  const givenUp: Applied[] = [];
  const deadLetters: DeliveredEvent[] = [];
  const undelivered: DeliveredEvent[] = [];
  const tableFor = (event: DeliveredEvent): ShopOrders => ({
    read: async (payment) => {
      await clock.sleep(chance.between(1, 10));
      return orders.get(payment) ?? newShopOrder(payment);
    },
    save: async (order, read) => {
      await clock.sleep(chance.between(1, 10));
      if (orders.get(order.payment)?.last !== read.last) throw new Error('another consumer was faster');
      orders.set(order.payment, order);
      applied.push({ ...event.detail, at: clock.now() });
      messages.moved(order.payment);
    },
  });
  const ofKind = (kind: SubscriberPlan['downtimes'][number]['kind']) => downtimes.filter((each) => each.kind === kind);
  const queueDowntimes = ofKind('queue');

  const messages = queue(run, {
    pauses: ofKind('polling'),
    errors: ofKind('errors'),
    handle: async (event) => {
      const Records = [{ messageId: name, body: JSON.stringify(event) }];
      const { batchItemFailures } = await subscriber(tableFor(event))({ Records });
      return batchItemFailures.length === 0;
    },
    deadLetter: (event) => {
      faults.note('message dead-lettered', `${event.detail.sequence} for ${name}`, event.detail.paymentId);
      deadLetters.push(event);
      if (!downtimes.some(({ kind }) => kind === 'errors')) givenUp.push({ ...event.detail, at: clock.now() });
      onTrouble();
    },
  });
  const deliver = eventRule(run, {
    downUntil: () => queueDowntimes.find(({ from, until }) => from <= clock.now() && clock.now() < until)?.until ?? 0,
    accept: messages.send,
    giveUp: (event) => {
      faults.note('event undeliverable', `${event.detail.sequence} for ${name}`, event.detail.paymentId);
      undelivered.push(event);
      onTrouble();
    },
  });
  return {
    name,
    joinsAt,
    downtimes,
    applied,
    /** Events that it never failed to handle: they waited for an earlier one until they were dead letters. */
    givenUp,
    deadLetters,
    undelivered,
    /** Puts a message into its queue, past its rule. */
    send: messages.send,
    /** The last event that it applied of each payment, as it tells the operators. */
    seen: () => [...orders].flatMap(([payment, { last }]) => (last ? [{ payment, ...last }] : [])),
    receive: (event: DeliveredEvent) => {
      if (clock.now() >= joinsAt) deliver(event);
    },
  };
}

export type SimulatedSubscriber = ReturnType<typeof simulatedSubscriber>;
