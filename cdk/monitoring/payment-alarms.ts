import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { period, type RelayParts, relayMetric } from './metrics.ts';
import type { RelayFunction } from '../relay-function.ts';
import type { AlarmDefinition } from './alarm-definitions.ts';

/** Every way in which what we ask of Klarna, or owe to a payment, may fail to happen. */
export const paymentAlarms = (parts: RelayParts): Record<string, AlarmDefinition> => ({
  ...functionWarnings('Create', parts.paying.create, 'creating payments'),
  ...functionWarnings('Operate', parts.paying.operate, 'operations on orders'),
  ...functionWarnings('ReadPayment', parts.paying.read, 'showing payments'),
  ...functionWarnings('Charge', parts.paying.charge, 'charging customer tokens'),
  ...functionWarnings('Advance', parts.paying.advance, 'doing what is owed to payments'),
  ...klarnaWarnings(parts),
  ...dutyWarnings(parts),
});

const functionWarnings = (
  name: string,
  { lambda, errorImpact }: RelayFunction,
  doing: string,
): Record<string, AlarmDefinition> => ({
  [`${name}Errors`]: {
    metric: lambda.metricErrors({ period }),
    at: 1,
    meaning: `${doing} crashed, ran out of time or could not start`,
    impact: errorImpact,
  },
  [`${name}Throttles`]: {
    metric: lambda.metricThrottles({ period }),
    at: 1,
    periods: 3,
    meaning: `the account's Lambda concurrency is used up and ${doing} has to wait`,
    impact: errorImpact,
  },
});

const klarnaWarnings = ({ relayName }: RelayParts): Record<string, AlarmDefinition> => ({
  KlarnaUnavailable: {
    metric: relayMetric(relayName, 'KlarnaUnavailable'),
    at: 5,
    periods: 3,
    meaning: 'Klarna does not answer, or answers 429 and 5xx, after all tries',
    impact: 'Payments, captures and refunds wait; they are asked again under the same keys.',
  },
  OperationsFailed: {
    metric: relayMetric(relayName, 'OperationsFailed'),
    at: 10,
    periods: 3,
    meaning: 'Klarna refuses many captures, refunds or charges',
    impact: 'Merchants are not paid, or shoppers not refunded; the events name each refusal.',
  },
  AmountMismatch: {
    metric: relayMetric(relayName, 'AmountMismatch'),
    at: 1,
    meaning: 'a Klarna order differs from what its payment asked for, and money was not moved',
    impact: 'Somebody would pay, or be paid, another amount than agreed: compare with Klarna.',
  },
});

const dutyWarnings = ({ relayName, paying, missedWakeUps, ...tables }: RelayParts): Record<string, AlarmDefinition> => ({
  AdvanceSilent: {
    metric: uncalled(paying.advance),
    at: 1,
    periods: 3,
    meaning: 'nobody wakes the function that does what is owed: its schedule is off or lost a right',
    impact: paying.advance.errorImpact,
  },
  TasksFailed: {
    metric: relayMetric(relayName, 'TasksFailed'),
    at: 10,
    periods: 3,
    meaning: 'what is owed to payments keeps failing; it is put off and tried again',
    impact: paying.advance.errorImpact,
  },
  TasksStuck: {
    metric: relayMetric(relayName, 'TasksStuck'),
    at: 1,
    meaning: 'what is owed to one payment has failed for half an hour, or the payment cannot be read or saved',
    impact: 'One shopper or merchant waits for an order, a capture or a refund, for ever if nobody looks.',
  },
  MissedWakeUps: {
    metric: missedWakeUps.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
    at: 1,
    meaning: 'wake-ups for what is owed were lost; the next one finds the same payments',
    impact: paying.advance.errorImpact,
  },
  SideTableThrottles: {
    metric: sideTableThrottles(tables),
    at: 1,
    meaning: 'DynamoDB throttles kept requests, customer tokens, or the notes on what is published',
    impact: 'Payments, operations and charges are answered 503 and have to be asked again.',
  },
});

const sideTableThrottles = ({ requests, tokens, progress }: Pick<RelayParts, 'requests' | 'tokens' | 'progress'>) =>
  new MathExpression({
    expression: 'FILL(requests, 0) + FILL(tokens, 0) + FILL(notes, 0) + FILL(permits, 0)',
    usingMetrics: {
      requests: throttled(requests, 'PutItem'),
      tokens: throttled(tokens, 'GetItem'),
      notes: throttled(progress, 'PutItem'),
      permits: throttled(progress, 'UpdateItem'),
    },
    period,
  });

const throttled = (table: Table, operation: string) =>
  table.metric('ThrottledRequests', {
    dimensionsMap: { TableName: table.tableName, Operation: operation },
    statistic: Stats.SUM,
    period,
  });

/** 1 while nothing calls the function that the schedule calls every minute. */
const uncalled = ({ lambda }: RelayFunction) =>
  new MathExpression({
    expression: 'IF(FILL(called, 0) == 0, 1, 0)',
    usingMetrics: { called: lambda.metricInvocations({ period }) },
    period,
  });
