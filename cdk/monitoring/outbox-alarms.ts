import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { period, type RelayParts, relayMetric } from './metrics.ts';
import type { Warning } from './alarm-definitions.ts';

/** Every way in which a change that was saved may fail to reach subscribers. */
export const outboxWarnings = ({
  relayName,
  table,
  publish,
  givenUp,
  undeliverable,
}: RelayParts): Record<string, Warning> => ({
  PublishErrors: {
    metric: publish.lambda.metricErrors({ period }),
    at: 1,
    means: 'publishing changes crashed or ran out of time; the stream tries again',
    hurts: publish.errorImpact,
  },
  PublishThrottles: {
    metric: publish.lambda.metricThrottles({ period }),
    at: 1,
    periods: 3,
    means: "the account's Lambda concurrency is used up and changes wait in the stream",
    hurts: publish.errorImpact,
  },
  PublishLate: {
    metric: publish.lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period }),
    at: 60_000,
    periods: 2,
    means: 'changes are over a minute old when they are published; after 23 h they are given up',
    hurts: publish.errorImpact,
  },
  OutboxSilent: {
    metric: unpublishedWrites({ table, publish }),
    at: 1,
    periods: 3,
    means: 'payments are written and nothing reads their stream: its connection is off or lost a right',
    hurts: `${publish.errorImpact} After 24 h the stream forgets them.`,
  },
  Refused: {
    metric: relayMetric(relayName, 'Refused'),
    at: 1,
    periods: 2,
    means: 'EventBridge keeps refusing changes; the stream tries again',
    hurts: publish.errorImpact,
  },
  GivenUp: {
    metric: givenUp.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
    at: 1,
    means: 'rows of the stream were given up; the sweeper publishes what they held from the payments themselves',
    hurts: 'Subscribers hear of these changes a day late.',
  },
  Swept: {
    metric: relayMetric(relayName, 'Swept'),
    at: 1,
    means: 'changes never went out by the stream and were published an hour late, or later, from their payments',
    hurts: publish.errorImpact,
  },
  Undeliverable: {
    metric: undeliverable.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
    at: 1,
    means: 'EventBridge took changes and could not process them on the bus',
    hurts: 'Subscribers never hear of these changes by themselves.',
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
