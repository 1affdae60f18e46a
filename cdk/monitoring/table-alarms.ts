import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { functionDefinitions } from '../functions/definitions.ts';
import type { AlarmDefinitions } from './alarm-definition.ts';
import { period } from './metrics.ts';
import type { MonitoredParts } from './monitored-parts.ts';

/** DynamoDB throttles or fails. */
export const tableAlarms = ({ tables }: MonitoredParts): AlarmDefinitions => {
  const operations = [Operation.GET_ITEM, Operation.PUT_ITEM, Operation.QUERY];
  const { errorImpact: impact } = functionDefinitions.receiveCallback;
  return {
    TableThrottles: {
      metric: tables.payments.metricThrottledRequestsForOperations({ operations, period }),
      threshold: 1,
      meaning: 'DynamoDB throttles reads or writes of payments.',
      impact,
    },
    TableErrors: {
      metric: tables.payments.metricSystemErrorsForOperations({ operations, period }),
      threshold: 1,
      meaning: 'DynamoDB fails to read or write payments.',
      impact,
    },
    SideTableThrottles: {
      metric: sideTableThrottles(tables),
      threshold: 1,
      meaning:
        'DynamoDB throttles kept requests, customer tokens, acknowledgements or the shared rate of calls to Klarna.',
      impact:
        'Requests for payments, operations and charges are answered 503 and must be sent again; due tasks run later.',
    },
  };
};

const sideTableThrottles = ({ requests, tokens, progress }: MonitoredParts['tables']) =>
  new MathExpression({
    expression: 'FILL(requests, 0) + FILL(tokens, 0) + FILL(acknowledgements, 0) + FILL(permits, 0)',
    usingMetrics: {
      requests: throttled(requests, 'PutItem'),
      tokens: throttled(tokens, 'GetItem'),
      acknowledgements: throttled(progress, 'PutItem'),
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
