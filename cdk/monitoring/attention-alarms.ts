import type { AlarmDefinitions } from './alarm-definition.ts';
import { type RelayMetric, relayMetric } from './metrics.ts';
import type { MonitoredParts } from './monitored-parts.ts';

/** Payments that will cost money unless a human acts. Each of these is also an event on the bus (docs/events.md). */
export const attentionAlarms = ({ relayName }: MonitoredParts): AlarmDefinitions => {
  const counted = (name: RelayMetric) => ({ metric: relayMetric(relayName, name), threshold: 1 });
  return {
    AuthorizationsExpiring: {
      ...counted('AuthorizationsExpiring'),
      meaning: 'An authorization expires within a quarter of an hour, and no order has been placed with it.',
      impact: 'The shopper has agreed to pay and gets nothing; the merchant loses the sale.',
    },
    CaptureDeadlines: {
      ...counted('CaptureDeadlines'),
      meaning: 'An order can be captured for three more days at most.',
      impact: 'If it is not captured by then, the merchant ships and is never paid.',
    },
    OrdersUnclaimed: {
      ...counted('OrdersUnclaimed'),
      meaning: 'Klarna has an order for a payment that does not claim it: another reference, amount or order.',
      impact: 'A shopper pays for goods that will not be shipped, or pays twice.',
    },
    PaymentsStuck: {
      ...counted('PaymentsStuck'),
      meaning: 'A payment has stayed in its stage for longer than any payment should.',
      impact: 'A shopper or a merchant waits for something that does not happen.',
    },
    FailingTasks: {
      ...counted('FailingTasks'),
      meaning: 'Klarna has not answered a question about a payment for four hours, or does not show its order.',
      impact: 'What happens to the payment at Klarna reaches nobody.',
    },
    OperationsUnanswered: {
      ...counted('OperationsUnanswered'),
      meaning: 'The outcome of a capture, refund, charge or order is still unknown after a day.',
      impact: 'Money may or may not have moved: the merchant cannot book it.',
    },
  };
};
