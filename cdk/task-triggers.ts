import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deadLetters } from './dead-letters.ts';
import { allowStream } from './outbox-stream.ts';
import type { RelayFunction } from './relay-function.ts';

export type TaskTriggersProps = {
  readonly payments: Table;
  readonly advance: RelayFunction;
  readonly removalPolicy: RemovalPolicy;
};

/**
 * Duty is done at once when the stream shows a payment to which something is owed, and every minute for whatever that missed.
 * A wake-up that fails is no loss, since the next one finds the same payments; but somebody should know.
 */
export function taskTriggers(scope: Construct, props: TaskTriggersProps): Queue {
  const missed = deadLetters(scope, 'MissedWakeUps', props.removalPolicy);
  atOnce(scope, props, missed);
  everyMinute(scope, props, missed);
  return missed;
}

function atOnce(scope: Construct, { payments, advance }: TaskTriggersProps, missed: Queue): void {
  allowStream(advance, payments);
  advance.allow(['sqs:SendMessage'], missed.queueArn);
  new EventSourceMapping(scope, 'Due', {
    target: advance.lambda,
    eventSourceArn: payments.tableStreamArn ?? '',
    startingPosition: StartingPosition.LATEST, // the schedule finds what is older
    filters: [FilterCriteria.filter({ dynamodb: { NewImage: { due: { BOOL: FilterRule.isEqual(true) } } } })],
    batchSize: 10,
    parallelizationFactor: 2,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 2,
    maxRecordAge: Duration.hours(1),
    onFailure: { bind: () => ({ destination: missed.queueArn }) },
  });
}

function everyMinute(scope: Construct, { advance }: TaskTriggersProps, missed: Queue): void {
  const role = new Role(scope, 'ScheduleRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  role.addToPolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [advance.lambda.functionArn] }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [missed.queueArn] }));
  new CfnSchedule(scope, 'EveryMinute', {
    description: 'Wakes what is owed to Klarna payments',
    scheduleExpression: 'rate(1 minute)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: advance.lambda.functionArn,
      roleArn: role.roleArn,
      input: JSON.stringify({ scheduled: true }),
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
      deadLetterConfig: { arn: missed.queueArn },
    },
  });
  advance.lambda.configureAsyncInvoke({
    maxEventAge: Duration.minutes(1),
    retryAttempts: 0,
    onFailure: { bind: () => ({ destination: missed.queueArn }) },
  });
}
