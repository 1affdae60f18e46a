import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, SearchExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { PaymentFunctions } from '../payment-functions.ts';
import type { RelayFunction } from '../relay-function.ts';

/** What alarms and dashboard look at. */
export type RelayParts = {
  readonly relayName: string;
  readonly api: HttpApi;
  readonly table: Table;
  readonly requests: Table;
  readonly tokens: Table;
  readonly progress: Table;
  readonly receive: RelayFunction;
  readonly publish: RelayFunction;
  readonly paying: PaymentFunctions;
  readonly discarded: Queue;
  readonly undeliverable: Queue;
  readonly missedWakeUps: Queue;
};

/** What the functions count about their work (lambdas/logging/logger.ts), and what the throttle turned away. */
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
  | 'AmountMismatch'
  | 'LearnedByCallback'
  | 'LearnedByReading'
  | 'ReadDelayMs'
  | 'Republished'
  | 'AuthorizationsExpiring'
  | 'CaptureDeadlines'
  | 'OrdersUnclaimed'
  | 'PaymentsStuck'
  | 'OperationsUnanswered';

export const metricNamespace = 'KlarnaRelay';

export const period = Duration.minutes(5);

export const relayMetric = (relay: string, metricName: RelayMetric, statistic = 'Sum') =>
  new Metric({ namespace: metricNamespace, metricName, dimensionsMap: { relay }, statistic, period });

/** One line per kind and outcome that occurred; CloudWatch fills in the label. */
export const callbacksByOutcome = (relay: string) =>
  new SearchExpression({
    expression: `SEARCH('{${metricNamespace},relay,kind,outcome} MetricName="Callbacks" relay="${relay}"', 'Sum', ${period.toSeconds()})`,
    label: `\${PROP('Dim.kind')} \${PROP('Dim.outcome')}`,
    period,
  });
