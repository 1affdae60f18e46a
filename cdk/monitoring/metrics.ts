import { Duration } from 'aws-cdk-lib';
import { Metric, SearchExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * Metrics that the functions count in their log entries (lambdas/logging/logger.ts), and `Throttled` from the access
 * log.
 */
export type RelayMetric =
  | 'Callbacks'
  | 'Forged'
  | 'Unrecognised'
  | 'Conflicts'
  | 'Unpublished'
  | 'Oversized'
  | 'DelayMs'
  | 'Published'
  | 'Refused'
  | 'Throttled'
  | 'SessionsCreated'
  | 'Operations'
  | 'OperationsFailed'
  | 'OrdersPlaced'
  | 'TokensOpened'
  | 'KlarnaCalls'
  | 'KlarnaRefusals'
  | 'KlarnaUnavailable'
  | 'TasksDone'
  | 'TasksFailed'
  | 'TasksStuck'
  | 'OrderMismatch'
  | 'LearnedByCallback'
  | 'LearnedByReading'
  | 'ReadDelayMs'
  | 'Republished'
  | AttentionMetric;

/** One for each reason of `Payment Attention Needed`. */
export const attentionMetrics = [
  'AuthorizationsExpiring',
  'CaptureDeadlines',
  'OrdersUnclaimed',
  'PaymentsStuck',
  'FailingTasks',
  'OperationsUnanswered',
] as const;

type AttentionMetric = (typeof attentionMetrics)[number];

export const metricNamespace = 'KlarnaRelay';

export const period = Duration.minutes(5);

export const relayMetric = (relay: string, metricName: RelayMetric, statistic: string = Stats.SUM) =>
  new Metric({ namespace: metricNamespace, metricName, dimensionsMap: { relay }, statistic, period });

/** One graph per kind and outcome that occurred; CloudWatch fills in the label. */
export const callbacksByOutcome = (relay: string) =>
  new SearchExpression({
    expression: `SEARCH('{${metricNamespace},relay,kind,outcome} MetricName="Callbacks" relay="${relay}"', 'Sum', ${period.toSeconds()})`,
    label: `\${PROP('Dim.kind')} \${PROP('Dim.outcome')}`,
    period,
  });

export const messagesIn = (queue: Queue) =>
  queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period });
