import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { period, type RelayParts, relayMetric } from './metrics.ts';
import type { AlarmDefinition } from './alarm-definitions.ts';

/** Every way in which a change that was saved may fail to reach subscribers. */
export const outboxAlarms = ({
  relayName,
  table,
  publish,
  discarded,
  undeliverable,
}: RelayParts): Record<string, AlarmDefinition> => ({
  PublishErrors: {
    metric: publish.lambda.metricErrors({ period }),
    at: 1,
    meaning: 'publishing changes crashed or ran out of time; the stream tries again',
    impact: publish.errorImpact,
  },
  PublishThrottles: {
    metric: publish.lambda.metricThrottles({ period }),
    at: 1,
    periods: 3,
    meaning: "the account's Lambda concurrency is used up and changes wait in the stream",
    impact: publish.errorImpact,
  },
  PublishLate: {
    metric: publish.lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period }),
    at: 60_000,
    periods: 2,
    meaning: 'changes are over a minute old when they are published; after 23 h they are given up',
    impact: publish.errorImpact,
  },
  OutboxSilent: {
    metric: unpublishedWrites({ table, publish }),
    at: 1,
    periods: 3,
    meaning: 'payments are written and nothing reads their stream: its connection is off or lost a right',
    impact: `${publish.errorImpact} After 24 h the stream forgets them.`,
  },
  Refused: {
    metric: relayMetric(relayName, 'Refused'),
    at: 1,
    periods: 2,
    meaning: 'EventBridge keeps refusing changes; the stream tries again',
    impact: publish.errorImpact,
  },
  Discarded: {
    metric: discarded.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
    at: 1,
    meaning: 'rows of the stream were given up; the sweeper publishes what they held from the payments themselves',
    impact: 'Subscribers hear of these changes a day late.',
  },
  Republished: {
    metric: relayMetric(relayName, 'Republished'),
    at: 1,
    meaning: 'changes never went out by the stream and were published an hour late, or later, from their payments',
    impact: publish.errorImpact,
  },
  Undeliverable: {
    metric: undeliverable.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
    at: 1,
    meaning: 'EventBridge took changes and could not process them on the bus',
    impact: 'Subscribers never hear of these changes by themselves.',
  },
});

/** 1 while items are written and the publisher is not called: all that the publisher itself would report is missing then. */
const unpublishedWrites = ({ table, publish }: Pick<RelayParts, 'table' | 'publish'>) =>
  new MathExpression({
    expression: 'IF(FILL(written, 0) > 0 AND FILL(called, 0) == 0, 1, 0)',
    usingMetrics: {
      written: table.metricConsumedWriteCapacityUnits({ period }),
      called: publish.lambda.metricInvocations({ period }),
    },
    period,
  });
