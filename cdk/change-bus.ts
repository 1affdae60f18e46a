import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { deadLetters } from './dead-letters.ts';

export type ChangeBusProps = {
  readonly relayName: string;
  readonly archiveRetention: Duration;
  readonly removalPolicy: RemovalPolicy;
};

/** Where subscribers listen. The archive lets a new subscriber, or one that was down, hear past changes again. */
export function changeBus(scope: Construct, props: ChangeBusProps): { bus: EventBus; undeliverable: Queue } {
  const undeliverable = deadLetters(scope, 'Undeliverable', props.removalPolicy);
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
