import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { type RelayParts, relayMetric } from './metrics.ts';
import type { AlarmDefinition } from './alarm-definitions.ts';

const hour = Duration.hours(1);

/**
 * Callbacks that do not come. The function that would receive them cannot tell: the one that reads from Klarna tells, and Lambda's own
 * count of calls.
 */
export const lossAlarms = (parts: RelayParts): Record<string, AlarmDefinition> => ({
  CallbacksSilent: {
    metric: silence(parts),
    at: 1,
    meaning: 'reading from Klarna teaches what callbacks should have told, and not one callback came in an hour',
    impact: parts.receive.errorImpact,
  },
  CallbackLoss: {
    metric: lostShare(parts),
    at: 20,
    periods: 2,
    meaning: 'a fifth of the changes or more was learned by reading from Klarna, since their callbacks did not come',
    impact: 'Subscribers hear of these payments minutes to an hour late.',
  },
});

const learned = (relayName: string) => ({
  read: relayMetric(relayName, 'LearnedByReading').with({ period: hour }),
  called: relayMetric(relayName, 'LearnedByCallback').with({ period: hour }),
});

/** 1 while two changes or more were learned by reading and nobody called the receiving function at all. */
const silence = ({ relayName, receive }: RelayParts) =>
  new MathExpression({
    expression: 'IF(FILL(read, 0) >= 2 AND FILL(calls, 0) == 0, 1, 0)',
    usingMetrics: {
      read: learned(relayName).read,
      calls: receive.lambda.metricInvocations({ period: hour }),
    },
    period: hour,
  });

/** Per cent of what was learned; 0 while there is too little to tell. */
export const lostShare = ({ relayName }: Pick<RelayParts, 'relayName'>) =>
  new MathExpression({
    expression: 'IF(FILL(read, 0) + FILL(called, 0) >= 10, 100 * FILL(read, 0) / (FILL(read, 0) + FILL(called, 0)), 0)',
    usingMetrics: learned(relayName),
    label: 'learned by reading, %',
    period: hour,
  });
