import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { functionDefinitions } from '../functions/definitions.ts';
import type { AlarmDefinitions } from './alarm-definition.ts';
import { relayMetric } from './metrics.ts';
import type { MonitoredParts } from './monitored-parts.ts';

const hour = Duration.hours(1);

/**
 * Callbacks that do not come. The function that would receive them cannot notice, so these alarms compare what due
 * reads found with Lambda's own count of its invocations.
 */
export const lossAlarms = (parts: MonitoredParts): AlarmDefinitions => ({
  CallbacksStopped: {
    metric: silence(parts),
    threshold: 1,
    meaning: 'Reads from Klarna found changes that callbacks should have reported, and no callback came for an hour.',
    impact: functionDefinitions.receiveCallback.errorImpact,
  },
  CallbackLoss: {
    metric: lostShare(parts),
    threshold: 20,
    periods: 2,
    meaning: 'At least a fifth of the changes was found by reading from Klarna, because their callbacks did not come.',
    impact: 'Subscribers learn of these payments minutes to an hour late.',
  },
});

const changesOf = (relayName: string) => ({
  read: relayMetric(relayName, 'LearnedByReading').with({ period: hour }),
  called: relayMetric(relayName, 'LearnedByCallback').with({ period: hour }),
});

/** 1 while reads found two changes or more and the receiving function was not invoked at all. */
const silence = ({ relayName, functions }: MonitoredParts) =>
  new MathExpression({
    expression: 'IF(FILL(read, 0) >= 2 AND FILL(calls, 0) == 0, 1, 0)',
    usingMetrics: {
      read: changesOf(relayName).read,
      calls: functions.receiveCallback.lambda.metricInvocations({ period: hour }),
    },
    period: hour,
  });

/** Percentage of the changes in an hour; 0 while there are fewer than ten. */
export const lostShare = ({ relayName }: Pick<MonitoredParts, 'relayName'>) =>
  new MathExpression({
    expression: 'IF(FILL(read, 0) + FILL(called, 0) >= 10, 100 * FILL(read, 0) / (FILL(read, 0) + FILL(called, 0)), 0)',
    usingMetrics: changesOf(relayName),
    label: 'found by reading, %',
    period: hour,
  });
