import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { functionDefinitions } from '../functions/definitions.ts';
import type { RelayFunction } from '../functions/relay-function.ts';
import type { AlarmDefinitions } from './alarm-definition.ts';
import { messagesIn, period, relayMetric } from './metrics.ts';
import type { MonitoredParts } from './monitored-parts.ts';

const { errorImpact: impact } = functionDefinitions.runDueTasks;

/** Due tasks that do not run, or fail. */
export const taskAlarms = ({ relayName, functions, deadLetters }: MonitoredParts): AlarmDefinitions => ({
  TasksStopped: {
    metric: silence(functions.runDueTasks),
    threshold: 1,
    periods: 3,
    meaning: 'Due tasks have stopped running: the schedule is disabled or may no longer invoke the function.',
    impact,
  },
  TasksFailed: {
    metric: relayMetric(relayName, 'TasksFailed'),
    threshold: 10,
    periods: 3,
    meaning: 'Due tasks keep failing; each is postponed and tried again.',
    impact,
  },
  TasksStuck: {
    metric: relayMetric(relayName, 'TasksStuck'),
    threshold: 1,
    meaning: 'The due task of one payment has failed six times in a row, or that payment cannot be read or saved.',
    impact: 'One shopper or merchant waits for an order, a capture or a refund, and it will not come by itself.',
  },
  MissedWakeUps: {
    metric: messagesIn(deadLetters.missedWakeUps),
    threshold: 1,
    meaning: 'Wake-ups of the function that runs due tasks were lost; the next one finds the same payments.',
    impact: 'Due tasks run up to a minute later; if the wake-ups keep failing, TasksStopped rings.',
  },
});

/** 1 while the function is not invoked; the schedule invokes it every minute. */
const silence = ({ lambda }: RelayFunction) =>
  new MathExpression({
    expression: 'IF(FILL(called, 0) == 0, 1, 0)',
    usingMetrics: { called: lambda.metricInvocations({ period }) },
    period,
  });
