import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** A queue at the end of a road: what lands here is kept as long as SQS can, and an alarm calls somebody. */
export function deadLetters(scope: Construct, id: string, removalPolicy: RemovalPolicy): Queue {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy,
  });
  Validations.of(queue).acknowledge(
    { id: 'AwsSolutions-SQS3', reason: 'it is a dead-letter queue itself' },
    { id: 'Serverless-SQSRedrivePolicy', reason: 'it is a dead-letter queue itself' },
  );
  return queue;
}
