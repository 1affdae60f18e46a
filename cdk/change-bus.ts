import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deadLetterQueue } from './dead-letter-queue.ts';

type ChangeBusProps = {
  readonly relayName: string;
  readonly archiveRetention: Duration;
  readonly removalPolicy: RemovalPolicy;
};

/**
 * The bus that subscribers put their rules on. Its archive replays past changes to new subscribers and to those that
 * were down.
 */
export function changeBus(scope: Construct, props: ChangeBusProps): { bus: EventBus; undeliverable: Queue } {
  const undeliverable = deadLetterQueue(scope, 'Undeliverable', props.removalPolicy);
  const bus = new EventBus(scope, 'Bus', {
    eventBusName: props.relayName,
    description: 'Changes of Klarna payments, in order per payment',
    deadLetterQueue: undeliverable,
  });
  bus.archive('Archive', {
    description: `Changes published on ${props.relayName}`,
    eventPattern: { source: ['klarna-relay'] },
    retention: props.archiveRetention,
  });
  undeliverable.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [undeliverable.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': bus.eventBusArn } },
    }),
  );
  return { bus, undeliverable };
}
