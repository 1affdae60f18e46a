import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { functionDefinitions } from '../functions/definitions.ts';
import type { AlarmDefinitions } from './alarm-definition.ts';
import { messagesIn, period, relayMetric } from './metrics.ts';
import type { MonitoredParts } from './monitored-parts.ts';

const { errorImpact: impact } = functionDefinitions.publishChanges;

/** The ways in which a saved change may fail to reach subscribers. */
export const outboxAlarms = (parts: MonitoredParts): AlarmDefinitions => ({
  ChangesLate: {
    metric: parts.functions.publishChanges.lambda.metric('IteratorAge', { statistic: Stats.MAXIMUM, period }),
    threshold: 60_000,
    periods: 2,
    meaning: 'Changes are over a minute old when they are published; Lambda discards them after 23 h.',
    impact,
  },
  OutboxStopped: {
    metric: unpublishedWrites(parts),
    threshold: 1,
    periods: 3,
    meaning:
      'Payments are written and their stream is not read: its event source mapping is disabled or lacks a permission.',
    impact: `${impact} After 24 h the stream forgets them.`,
  },
  Refused: {
    metric: relayMetric(parts.relayName, 'Refused'),
    threshold: 1,
    periods: 2,
    meaning: 'EventBridge keeps refusing changes; the stream retries.',
    impact,
  },
  ...undeliveredAlarms(parts),
});

const undeliveredAlarms = ({ relayName, deadLetters }: MonitoredParts): AlarmDefinitions => ({
  Discarded: {
    metric: messagesIn(deadLetters.discarded),
    threshold: 1,
    meaning: 'Lambda discarded rows of the stream after 23 h; due tasks publish their changes from the payments.',
    impact: 'Subscribers received these changes an hour late, or later if EventBridge refused them then too.',
  },
  Republished: {
    metric: relayMetric(relayName, 'Republished'),
    threshold: 1,
    meaning:
      'The stream did not publish some changes; due tasks published them from their payments after an hour or more.',
    impact,
  },
  Undeliverable: {
    metric: messagesIn(deadLetters.undeliverable),
    threshold: 1,
    meaning: 'EventBridge accepted changes and could not process them on the bus.',
    impact: 'Subscribers never receive these changes unless they are published again.',
  },
});

/** 1 while payments are written and the publishing function is not invoked; its own metrics are silent then. */
const unpublishedWrites = ({ tables, functions }: MonitoredParts) =>
  new MathExpression({
    expression: 'IF(FILL(written, 0) > 0 AND FILL(called, 0) == 0, 1, 0)',
    usingMetrics: {
      written: tables.payments.metricConsumedWriteCapacityUnits({ period }),
      called: functions.publishChanges.lambda.metricInvocations({ period }),
    },
    period,
  });
