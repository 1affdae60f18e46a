import { type RelayMetric, type RelayParts, relayMetric } from './metrics.ts';
import type { AlarmDefinition } from './alarm-definitions.ts';

/** Clocks that cost money when they run out; each of them is an event on the bus as well (docs/events.md). */
export const attentionAlarms = ({ relayName }: RelayParts): Record<string, AlarmDefinition> => {
  const counted = (name: RelayMetric) => ({ metric: relayMetric(relayName, name), at: 1 });
  return {
    AuthorizationsExpiring: {
      ...counted('AuthorizationsExpiring'),
      meaning: 'an authorization runs out within a quarter of an hour, and no order was placed with it',
      impact: 'The shopper has said yes and gets nothing; the merchant loses the sale.',
    },
    CaptureDeadlines: {
      ...counted('CaptureDeadlines'),
      meaning: 'an order may be captured for three more days at most',
      impact: 'The merchant ships and is never paid.',
    },
    OrdersUnclaimed: {
      ...counted('OrdersUnclaimed'),
      meaning: 'Klarna has an order that the payment of its name does not claim: another reference, amount or order',
      impact: 'A shopper pays for what nobody ships, or pays twice.',
    },
    PaymentsStuck: {
      ...counted('PaymentsStuck'),
      meaning: 'a payment stays in its stage for longer than any should',
      impact: 'A shopper, or a merchant, waits for something that does not come.',
    },
    OperationsUnanswered: {
      ...counted('OperationsUnanswered'),
      meaning: 'what became of a capture, refund, charge or order is not known after a day',
      impact: 'Money may have moved, or not: the merchant cannot book it.',
    },
  };
};

export const attentionMetrics = [
  'AuthorizationsExpiring',
  'CaptureDeadlines',
  'OrdersUnclaimed',
  'PaymentsStuck',
  'OperationsUnanswered',
] as const satisfies RelayMetric[];
