import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letter-queue.ts';
import type { RelayFunction } from './functions/relay-function.ts';
import { allowStream } from './outbox-stream.ts';

type TaskTriggersProps = {
  readonly payments: Table;
  readonly runDueTasks: RelayFunction;
  readonly removalPolicy: RemovalPolicy;
};

/**
 * Due tasks run at once when the stream shows a payment with a due task, and every minute for all others. A lost
 * wake-up loses nothing, since the next one finds the same payments; it still reaches the queue returned here, which
 * has an alarm.
 */
export function taskTriggers(scope: Construct, props: TaskTriggersProps): Queue {
  const missed = deadLetterQueue(scope, 'MissedWakeUps', props.removalPolicy);
  wakeByStream(scope, props, missed);
  wakeEveryMinute(scope, props, missed);
  return missed;
}

function wakeByStream(scope: Construct, { payments, runDueTasks }: TaskTriggersProps, missed: Queue): void {
  allowStream(runDueTasks, payments);
  runDueTasks.allow({ actions: ['sqs:SendMessage'], resource: missed.queueArn });
  new EventSourceMapping(scope, 'Due', {
    target: runDueTasks.lambda,
    eventSourceArn: payments.tableStreamArn ?? '',
    startingPosition: StartingPosition.LATEST, // the schedule finds older rows
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

function wakeEveryMinute(scope: Construct, { runDueTasks: { lambda } }: TaskTriggersProps, missed: Queue): void {
  const role = new Role(scope, 'ScheduleRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }));
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [missed.queueArn] }));
  new CfnSchedule(scope, 'EveryMinute', {
    description: 'Runs the due tasks of Klarna payments',
    scheduleExpression: 'rate(1 minute)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: lambda.functionArn,
      roleArn: role.roleArn,
      input: JSON.stringify({ scheduled: true }),
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
      deadLetterConfig: { arn: missed.queueArn },
    },
  });
  lambda.configureAsyncInvoke({
    maxEventAge: Duration.minutes(1),
    retryAttempts: 0,
    onFailure: { bind: () => ({ destination: missed.queueArn }) },
  });
}
