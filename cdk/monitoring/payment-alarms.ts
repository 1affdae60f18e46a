import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { period, type RelayParts, relayMetric } from './metrics.ts';
import type { RelayFunction } from '../relay-function.ts';
import type { Warning } from './alarm-definitions.ts';

/** Every way in which what we ask of Klarna, or owe to a payment, may fail to happen. */
export const payingWarnings = (parts: RelayParts): Record<string, Warning> => ({
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
): Record<string, Warning> => ({
  [`${name}Errors`]: {
    metric: lambda.metricErrors({ period }),
    at: 1,
    means: `${doing} crashed, ran out of time or could not start`,
    hurts: errorImpact,
  },
  [`${name}Throttles`]: {
    metric: lambda.metricThrottles({ period }),
    at: 1,
    periods: 3,
    means: `the account's Lambda concurrency is used up and ${doing} has to wait`,
    hurts: errorImpact,
  },
});

const klarnaWarnings = ({ relayName }: RelayParts): Record<string, Warning> => ({
  KlarnaUnavailable: {
    metric: relayMetric(relayName, 'KlarnaUnavailable'),
    at: 5,
    periods: 3,
    means: 'Klarna does not answer, or answers 429 and 5xx, after all tries',
    hurts: 'Payments, captures and refunds wait; they are asked again under the same keys.',
  },
  OperationsFailed: {
    metric: relayMetric(relayName, 'OperationsFailed'),
    at: 10,
    periods: 3,
    means: 'Klarna refuses many captures, refunds or charges',
    hurts: 'Merchants are not paid, or shoppers not refunded; the events name each refusal.',
  },
  AmountMismatch: {
    metric: relayMetric(relayName, 'AmountMismatch'),
    at: 1,
    means: 'a Klarna order differs from what its payment asked for, and money was not moved',
    hurts: 'Somebody would pay, or be paid, another amount than agreed: compare with Klarna.',
  },
});

const dutyWarnings = ({ relayName, paying, missedWakeUps, ...tables }: RelayParts): Record<string, Warning> => ({
  AdvanceSilent: {
    metric: uncalled(paying.advance),
    at: 1,
    periods: 3,
    means: 'nobody wakes the function that does what is owed: its schedule is off or lost a right',
    hurts: paying.advance.errorImpact,
  },
  DutiesFailed: {
    metric: relayMetric(relayName, 'DutiesFailed'),
    at: 10,
    periods: 3,
    means: 'what is owed to payments keeps failing; it is put off and tried again',
    hurts: paying.advance.errorImpact,
  },
  DutiesStuck: {
    metric: relayMetric(relayName, 'DutiesStuck'),
    at: 1,
    means: 'what is owed to one payment has failed for half an hour, or the payment cannot be read or saved',
    hurts: 'One shopper or merchant waits for an order, a capture or a refund, for ever if nobody looks.',
  },
  MissedWakeUps: {
    metric: missedWakeUps.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
    at: 1,
    means: 'wake-ups for what is owed were lost; the next one finds the same payments',
    hurts: paying.advance.errorImpact,
  },
  SideTableThrottles: {
    metric: sideTableThrottles(tables),
    at: 1,
    means: 'DynamoDB throttles kept requests, customer tokens, or the notes on what is published',
    hurts: 'Payments, operations and charges are answered 503 and have to be asked again.',
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
