import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { RelayParts } from './metrics.ts';
import { alarmDefinitions } from './alarm-definitions.ts';

/** One alarm per way to fail; each says what it means and who is hurt. */
export function alarms(scope: Construct, parts: RelayParts, topic?: ITopic): Alarm[] {
  return Object.entries(alarmDefinitions(parts)).map(([id, { metric, at, periods = 1, meaning, impact }]) => {
    const alarm = new Alarm(scope, id, {
      metric,
      threshold: at,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${parts.relayName}: ${meaning}. ${impact}`,
    });
    if (topic) alarm.addAlarmAction(new SnsAction(topic));
    return alarm;
  });
}
