import type { AlarmDefinitions } from './alarm-definition.ts';
import { relayMetric } from './metrics.ts';
import type { MonitoredParts } from './monitored-parts.ts';

/** Calls to Klarna that fail, and orders that are not as the payment requested them. */
export const klarnaAlarms = ({ relayName }: MonitoredParts): AlarmDefinitions => ({
  KlarnaUnavailable: {
    metric: relayMetric(relayName, 'KlarnaUnavailable'),
    threshold: 5,
    periods: 3,
    meaning: 'Klarna does not answer, rejects our credentials, or still answers 429 or 5xx after all retries.',
    impact: 'Payments, captures and refunds wait; they are sent again under the same idempotency keys.',
  },
  OperationsFailed: {
    metric: relayMetric(relayName, 'OperationsFailed'),
    threshold: 10,
    periods: 3,
    meaning: 'Klarna refuses many captures, refunds or charges.',
    impact: 'Merchants are not paid, or shoppers are not refunded; an event names each refusal.',
  },
  OrderMismatch: {
    metric: relayMetric(relayName, 'OrderMismatch'),
    threshold: 1,
    meaning: 'A Klarna order differs from the request of its payment, and no money was moved.',
    impact: 'The order may belong to another purchase, or differ in amount or currency: compare with Klarna.',
  },
});
