import { CfnResource } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { afterEach, expect, test, vi } from 'vitest';
import { relayApp } from '../../cdk/app.ts';
import { resourcesOf, stackIn, unbundled } from './stacks.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const stack = stackIn(relayApp({ context: unbundled }));

test.each([new AwsSolutionsChecks(), new ServerlessChecks()])(
  '$name finds nothing that is not acknowledged',
  (checks) => {
    expect(checks.validateScope(stack).violations).toEqual([]);
  },
);

test('a careless resource beside the relay stops the synthesis', () => {
  const app = relayApp({ context: unbundled });
  new Queue(stackIn(app), 'Careless');
  expect(() => app.synth()).toThrow('Careless');
});

test("CloudFormation's own rules find nothing in the stack", () => {
  vi.stubEnv('CDK_VALIDATION', 'true');
  expect(() => relayApp({ context: unbundled }).synth()).not.toThrow();
});

test("a resource that breaks CloudFormation's own rules stops the synthesis", () => {
  vi.stubEnv('CDK_VALIDATION', 'true');
  const app = relayApp({ context: unbundled });
  new CfnResource(stackIn(app), 'Misspelt', { type: 'AWS::SNS::Topic', properties: { TopicNam: 'changes' } });
  expect(() => app.synth()).toThrow('Misspelt');
});

test('the app synthesises under the feature flags of cdk.json, with or without the CLI', () => {
  expect(stack.node.tryGetContext('@aws-cdk/aws-iam:minimizePolicies')).toBe(true);
});

test('the outputs name the start of callback URLs, the bus, the secrets, the table and every dead-letter queue', () => {
  const outputs = stack.node.children.map(({ node }) => node.id).filter((id) => id !== 'Relay');
  expect(outputs).toEqual([
    ...['CallbackBase', 'BusName', 'CallbackSecretArn', 'AccountsSecretArn', 'TableName'],
    ...['DiscardedUrl', 'UndeliverableUrl', 'MissedWakeUpsUrl'],
  ]);
});

test('the stack is bound to no account and no region', () => {
  expect(JSON.stringify(resourcesOf(stack))).not.toMatch(/\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b/);
});
