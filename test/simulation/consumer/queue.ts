import type { RunContext } from '../deterministic/run-context.ts';
import type { DeliveredEvent } from './event-rule.ts';

const second = 1000;
const day = 24 * 3600 * second;

/** As examples/cdk-app makes it; test/simulation/relay/template-settings.test.ts compares them. */
export const queueSettings = { visibilityTimeout: 100 * second, maxReceiveCount: 1000, retentionPeriod: 14 * day };

type Period = { from: number; until: number };

type Reader = {
  /** While nobody polls, messages wait and are not counted as received. */
  pauses: Period[];
  /** While every message meets an error. */
  errors: Period[];
  /** Handles one message; true when the queue may forget it. */
  handle: (event: DeliveredEvent) => Promise<boolean>;
  deadLetter: (event: DeliveredEvent) => void;
};

type Message = { event: DeliveredEvent; sentAt: number; count: number };

/**
 * A standard queue: no order, redelivery after the visibility timeout, a dead-letter queue after `maxReceiveCount`
 * deliveries. A message that failed would fail again until its payment moves on (`moved`) or the errors end: the
 * deliveries until then are counted, and not played.
 */
export function queue({ clock, chance, faults }: RunContext, { pauses, errors, handle, deadLetter }: Reader) {
  const { visibilityTimeout, maxReceiveCount, retentionPeriod } = queueSettings;
  const waiting = new Map<string, Set<() => void>>();
  const moves = new Map<string, number>();
  const movesOf = ({ detail }: DeliveredEvent) => moves.get(detail.paymentId) ?? 0;
  const endOf = (periods: Period[]) =>
    periods.find(({ from, until }) => from <= clock.now() && clock.now() < until)?.until;

  const receive = (message: Message): void => {
    if (clock.now() - message.sentAt > retentionPeriod) return; // deleted, in silence
    const resumed = endOf(pauses);
    if (resumed) return void clock.at(resumed + chance.between(0, 20 * second), () => receive(message));
    message.count += 1;
    if (message.count > maxReceiveCount) deadLetter(message.event);
    else void deliver(message);
  };
  const deliver = async (message: Message): Promise<void> => {
    const { event, count } = message;
    if (count > 1) faults.note('message redelivered', event['detail-type'], event.detail.paymentId);
    const before = movesOf(event);
    const errorsEnd = endOf(errors);
    if (errorsEnd) return void clock.at(errorsEnd, wait(message));
    if (await handle(event)) return;
    const wake = wait(message);
    if (movesOf(event) !== before) wake();
  };

  /** Waits until it is called: then the message is received at the end of its current visibility timeout. */
  const wait = (message: Message) => {
    const id = message.event.detail.paymentId;
    const from = clock.now();
    const all = waiting.get(id) ?? new Set();
    waiting.set(id, all);
    const receiveAfter = (timeouts: number) =>
      clock.at(pollingEnds(from, timeouts * visibilityTimeout), () => {
        all.delete(wake);
        message.count += timeouts - 1;
        receive(message);
      });
    const cancel = receiveAfter(maxReceiveCount - message.count + 1);
    const wake = () => {
      if (!all.delete(wake)) return;
      cancel();
      receiveAfter(Math.max(1, Math.ceil(pollingTime(from, clock.now()) / visibilityTimeout)));
    };
    all.add(wake);
    return wake;
  };
  const pausedTime = (from: number, to: number) =>
    pauses.reduce((sum, pause) => sum + Math.max(0, Math.min(to, pause.until) - Math.max(from, pause.from)), 0);
  const pollingTime = (from: number, to: number) => to - from - pausedTime(from, to);
  /** When the queue has been polled for so long. */
  const pollingEnds = (from: number, time: number) =>
    pauses.reduce(
      (end, pause) => end + (pause.from < end ? Math.max(0, pause.until - Math.max(from, pause.from)) : 0),
      from + time,
    );

  return {
    send: (event: DeliveredEvent) => receive({ event, sentAt: clock.now(), count: 0 }),
    /** The subscriber applied an event of this payment. */
    moved: (payment: string) => {
      moves.set(payment, (moves.get(payment) ?? 0) + 1);
      for (const wake of [...(waiting.get(payment) ?? [])]) wake();
    },
  };
}
