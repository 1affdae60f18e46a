import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { ShopStack } from '../../examples/cdk-app/shop-stack.ts';
import { ofType, resourcesIn, textOf } from '../cdk/resources.ts';
import { unbundled } from '../cdk/stacks.ts';

const app = new App({ context: unbundled });
const template = Template.fromStack(new ShopStack(app, 'Shop', { alarmAddress: 'oncall@shop.example' })).toJSON();
const resources = resourcesIn(template);
const propertiesOf = (id: string) => resources[id]?.Properties ?? {};

test('every alarm of the relay goes to the topic', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm', resources);
  expect(alarms.length).toBeGreaterThan(20);
  for (const [id, { Properties }] of alarms)
    expect([id, Properties.AlarmActions]).toEqual([id, [{ Ref: expect.stringMatching(/^Alarms/) }]]);
});

test('the backend may call the merchant routes of the API, and nothing else', () => {
  const { Roles, PolicyDocument } = propertiesOf('BackendDefaultPolicy') as {
    Roles: { Ref: string }[];
    PolicyDocument: { Statement: { Action: string; Resource: unknown[] }[] };
  };
  expect(Roles.map(textOf)).toEqual(['Backend']);
  const [statement, ...others] = PolicyDocument.Statement;
  expect(others).toEqual([]);
  expect(statement?.Action).toBe('execute-api:Invoke');
  expect(statement?.Resource.map(textOf)).toContainEqual(
    expect.stringMatching(/\/\$default\/POST\/payments\/\*\/captures$/),
  );
});

test('a rule brings every change to the queue, and what it cannot deliver to a queue of its own', () => {
  const [rule] = ofType('AWS::Events::Rule', resources).filter(([id]) => id.startsWith('AllChanges'));
  const [, { Properties = {} } = {}] = rule ?? [];
  expect(Properties).toMatchObject({ EventPattern: { source: ['klarna-relay'] }, State: 'ENABLED' });
  expect(textOf(Properties.EventBusName)).toBe('KlarnaBus');
  const [target] = Properties.Targets as { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[];
  expect([textOf(target?.Arn), textOf(target?.DeadLetterConfig.Arn)]).toEqual(['Changes.Arn', 'Undelivered.Arn']);
});

test('an early event returns for longer than EventBridge tries to deliver the missing one, and then becomes a dead letter', () => {
  const { RedrivePolicy, VisibilityTimeout, MessageRetentionPeriod } = propertiesOf('Changes') as {
    RedrivePolicy: { maxReceiveCount: number; deadLetterTargetArn: unknown };
    VisibilityTimeout: number;
    MessageRetentionPeriod: number;
  };
  const patience = RedrivePolicy.maxReceiveCount * VisibilityTimeout;
  expect(RedrivePolicy.maxReceiveCount).toBeLessThanOrEqual(1000);
  expect(patience).toBeGreaterThan(25 * 3600);
  expect(MessageRetentionPeriod).toBeGreaterThan(patience);
  expect(textOf(RedrivePolicy.deadLetterTargetArn)).toBe('Unhandled.Arn');
});

test('the subscriber reports single messages as failed and writes to its own table', () => {
  const [mapping] = ofType('AWS::Lambda::EventSourceMapping', resources).filter(([id]) => id.startsWith('Subscriber'));
  expect(mapping?.[1].Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  expect(textOf(mapping?.[1].Properties.EventSourceArn)).toBe('Changes.Arn');
  const { Environment } = propertiesOf('Subscriber') as { Environment: { Variables: Record<string, unknown> } };
  expect(textOf(Environment.Variables.ORDERS_TABLE)).toBe('Orders');
});
