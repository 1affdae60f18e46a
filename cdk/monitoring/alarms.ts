import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AlarmDefinitions } from './alarm-definition.ts';
import { attentionAlarms } from './attention-alarms.ts';
import { callbackAlarms } from './callback-alarms.ts';
import { functionAlarms } from './function-alarms.ts';
import { klarnaAlarms } from './klarna-alarms.ts';
import { lossAlarms } from './loss-alarms.ts';
import type { MonitoredParts } from './monitored-parts.ts';
import { outboxAlarms } from './outbox-alarms.ts';
import { tableAlarms } from './table-alarms.ts';
import { taskAlarms } from './task-alarms.ts';

/** One alarm per kind of failure; its description says what has happened and its impact. */
export function addAlarms(scope: Construct, parts: MonitoredParts, topic?: ITopic): Alarm[] {
  return Object.entries(definitions(parts)).map(([id, { metric, threshold, periods = 1, meaning, impact }]) => {
    const alarm = new Alarm(scope, id, {
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${parts.relayName}: ${meaning} ${impact}`,
    });
    if (topic) alarm.addAlarmAction(new SnsAction(topic));
    return alarm;
  });
}

const definitions = (parts: MonitoredParts): AlarmDefinitions => ({
  ...functionAlarms(parts),
  ...callbackAlarms(parts),
  ...lossAlarms(parts),
  ...outboxAlarms(parts),
  ...taskAlarms(parts),
  ...klarnaAlarms(parts),
  ...tableAlarms(parts),
  ...attentionAlarms(parts),
});
