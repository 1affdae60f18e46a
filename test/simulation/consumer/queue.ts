import type { RunContext } from '../deterministic/run-context.ts';
import type { DeliveredEvent } from './event-rule.ts';

const second = 1000;
const day = 24 * 3600 * second;

/** As examples/cdk-app makes it; test/simulation/relay/template-settings.test.ts compares them. */
export const queueSettings = { visibilityTimeout: 60 * second, maxReceiveCount: 20 };

/** SQS keeps a message for four days unless its queue says otherwise. */
const retention = 4 * day;

type Reader = {
  /** False while nobody polls: then messages wait and are not counted as received. */
  polls: () => boolean;
  /** When polling starts again. */
  pollsAgainAt: () => number;
  /** Handles one message; true when the queue may forget it. */
  handle: (event: DeliveredEvent) => Promise<boolean>;
  deadLetter: (event: DeliveredEvent) => void;
};

/** A standard queue: no order, redelivery after the visibility timeout, a dead-letter queue after `maxReceiveCount` deliveries. */
export function queue({ clock, chance, faults }: RunContext, { polls, pollsAgainAt, handle, deadLetter }: Reader) {
  const receive = async (event: DeliveredEvent, sentAt: number, count: number): Promise<void> => {
    if (clock.now() - sentAt > retention) return; // deleted, in silence
    if (!polls()) {
      const next = Math.min(pollsAgainAt() + chance.between(0, 20 * second), sentAt + retention + 1);
      return void clock.at(next, () => void receive(event, sentAt, count));
    }
    if (count > queueSettings.maxReceiveCount) return deadLetter(event);
    if (count > 1) faults.note('message redelivered', event['detail-type'], event.detail.paymentId);
    if (await handle(event)) return;
    clock.at(clock.now() + queueSettings.visibilityTimeout, () => void receive(event, sentAt, count + 1));
  };
  return { send: (event: DeliveredEvent) => void receive(event, clock.now(), 1) };
}
