import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { KlarnaRelay } from 'klarna-relay';

export type ShopStackProps = StackProps & {
  /** Receives every alarm of the relay by mail. */
  readonly alarmAddress: string;
};

/** A relay, the backend that creates payments with it, and a subscriber of its events. */
export class ShopStack extends Stack {
  constructor(scope: Construct, id: string, { alarmAddress, ...props }: ShopStackProps) {
    super(scope, id, props);
    const alarmTopic = new Topic(this, 'Alarms', { enforceSSL: true });
    alarmTopic.addSubscription(new EmailSubscription(alarmAddress));
    const relay = new KlarnaRelay(this, 'Klarna', { alarmTopic });

    // examples/merchant-backend runs with this role.
    const backendRole = new Role(this, 'Backend', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    relay.grantMerchant(backendRole);

    this.addSubscriber(relay);
    new CfnOutput(this, 'RelayUrl', { value: relay.api.apiEndpoint });
    new CfnOutput(this, 'AccountsSecretArn', { value: relay.accountsSecret.secretArn });
  }

  /** examples/subscriber behind a queue of its own. Two queues hold what went wrong: give each an alarm. */
  private addSubscriber(relay: KlarnaRelay): void {
    /** Events that EventBridge could not bring to the queue. */
    const undelivered = new Queue(this, 'Undelivered', { enforceSSL: true, retentionPeriod: Duration.days(14) });
    /**
     * Events that the subscriber failed to handle for more than a day. EventBridge tries for a day to bring an event to the
     * queue, and until it has come, the later ones of its payment return here again and again.
     */
    const unhandled = new Queue(this, 'Unhandled', { enforceSSL: true, retentionPeriod: Duration.days(14) });
    const changes = new Queue(this, 'Changes', {
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(100), // at least six times the timeout of the function
      deadLetterQueue: { queue: unhandled, maxReceiveCount: 1000 }, // the most that SQS allows: 27 hours
      retentionPeriod: Duration.days(14),
    });
    new Rule(this, 'AllChanges', {
      eventBus: relay.bus,
      eventPattern: { source: ['klarna-relay'] }, // all detail types: a filter would leave holes in the sequence
      targets: [new SqsQueue(changes, { deadLetterQueue: undelivered })],
    });

    const orders = new TableV2(this, 'Orders', {
      partitionKey: { name: 'payment', type: AttributeType.STRING },
      billing: Billing.onDemand(),
    });
    const subscriber = new NodejsFunction(this, 'Subscriber', {
      entry: fileURLToPath(new URL('../subscriber/handler.ts', import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(10),
      environment: { ORDERS_TABLE: orders.tableName },
      bundling: { format: OutputFormat.ESM },
    });
    orders.grantReadWriteData(subscriber);
    subscriber.addEventSource(new SqsEventSource(changes, { reportBatchItemFailures: true }));
  }
}
