import type { RunContext } from '../deterministic/run-context.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** An event as the bus hands it to a target. */
export type DeliveredEvent = {
  'detail-type': string;
  detail: { paymentId: string; incarnation: string; sequence: number; observedAt: string };
};

type Target = {
  /** Until when the target accepts nothing; a time in the past while it does. */
  downUntil: () => number;
  accept: (event: DeliveredEvent) => void;
  /** EventBridge gave the event up: it is in the dead-letter queue of the rule's target. */
  giveUp: (event: DeliveredEvent) => void;
};

/** EventBridge tries for this long. */
const retryTime = 24 * hour;

/** A rule with one target. It delivers each event at least once, reorders by seconds, and tries for 24 hours. */
export function eventRule({ clock, chance, faults }: RunContext, { downUntil, accept, giveUp }: Target) {
  const deliver = (event: DeliveredEvent, since: number) => {
    if (clock.now() >= downUntil()) return accept(event);
    const next = Math.max(clock.now(), Math.min(downUntil(), since + retryTime)) + chance.between(second, 10 * minute);
    if (next > since + retryTime) clock.at(since + retryTime, () => giveUp(event));
    else clock.at(next, () => deliver(event, since));
  };
  const delay = (event: DeliveredEvent) =>
    faults.strikes('event delivered late', event['detail-type'], event.detail.paymentId)
      ? chance.between(second, chance.happens(0.1) ? hour : 20 * second)
      : chance.between(20, 500);
  return (event: DeliveredEvent) => {
    const times = faults.strikes('event delivered twice', event['detail-type'], event.detail.paymentId) ? 2 : 1;
    for (let n = 0; n < times; n++) clock.at(clock.now() + delay(event), () => deliver(event, clock.now()));
  };
}
