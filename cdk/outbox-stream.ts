import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deadLetters } from './dead-letters.ts';
import type { RelayFunction } from './relay-function.ts';

export type OutboxStreamProps = {
  readonly table: Table;
  readonly publish: RelayFunction;
  readonly removalPolicy: RemovalPolicy;
};

/** Hands each change of the table to the publisher, in order per payment, until it is out. */
export function outboxStream(scope: Construct, { table, publish, removalPolicy }: OutboxStreamProps): Queue {
  const discarded = deadLetters(scope, 'Discarded', removalPolicy);
  allowStream(publish, table);
  publish.allow(['sqs:SendMessage'], discarded.queueArn);
  new EventSourceMapping(scope, 'Outbox', {
    target: publish.lambda,
    eventSourceArn: table.tableStreamArn ?? '',
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    parallelizationFactor: 10, // a payment stays in one lane, so its order holds
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    // No limit of tries: a bus that refuses for hours must cost hours, not changes. The age ends them while the stream, which
    // forgets after 24 h, can still say which rows it gave up; the payments themselves keep their changes.
    maxRecordAge: Duration.hours(23),
    onFailure: { bind: () => ({ destination: discarded.queueArn }) },
  });
  return discarded;
}

/** Lambda refuses to connect a stream without all four. */
export function allowStream(reader: RelayFunction, { tableStreamArn = '' }: Table): void {
  const actions = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];
  reader.allow(
    actions.map((name) => `dynamodb:${name}`),
    tableStreamArn,
  );
}
