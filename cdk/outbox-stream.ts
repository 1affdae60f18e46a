import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letter-queue.ts';
import type { RelayFunction } from './functions/relay-function.ts';

type OutboxStreamProps = {
  readonly payments: Table;
  readonly publishChanges: RelayFunction;
  readonly removalPolicy: RemovalPolicy;
};

/**
 * Hands each change of the table to the function that publishes it, in order per payment, until it is published.
 * Returns the queue of the rows that Lambda discarded.
 */
export function outboxStream(scope: Construct, { payments, publishChanges, removalPolicy }: OutboxStreamProps): Queue {
  const discarded = deadLetterQueue(scope, 'Discarded', removalPolicy);
  allowStream(publishChanges, payments);
  publishChanges.allow({ actions: ['sqs:SendMessage'], resource: discarded.queueArn });
  new EventSourceMapping(scope, 'Outbox', {
    target: publishChanges.lambda,
    eventSourceArn: payments.tableStreamArn ?? '',
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    parallelizationFactor: 10, // Lambda keeps the rows of one item in one batch at a time, so a payment stays in order
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    // Retries are unlimited: if the bus refuses for hours, changes are hours late and not lost. Lambda discards a row after
    // 23 h, while the stream, which holds rows for 24 h, can still say which; the payment itself keeps its changes.
    maxRecordAge: Duration.hours(23),
    onFailure: { bind: () => ({ destination: discarded.queueArn }) },
  });
  return discarded;
}

/** Lambda refuses to connect a stream to a function without all four actions. */
export function allowStream(reader: RelayFunction, { tableStreamArn = '' }: Table): void {
  const names = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];
  reader.allow({ actions: names.map((name) => `dynamodb:${name}`), resource: tableStreamArn });
}
