import { App, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { KlarnaRelay, type KlarnaRelayProps } from '../../cdk/klarna-relay.ts';
import { ofType, type Resource, resources, resourcesOf, unbundled } from './synthesised.ts';

/** A merchant's own app: none of our feature flags. */
const shop = () => new Stack(new App({ context: unbundled }), 'Shop');
const built = (props: KlarnaRelayProps, stack = shop()) => {
  new KlarnaRelay(stack, 'Relay', props);
  return resourcesOf(stack);
};

test('two relays live in one stack, and share nothing that has a name', () => {
  const stack = shop();
  const relays = ['Europe', 'Oceania'].map((id) => new KlarnaRelay(stack, id));
  const found = resourcesOf(stack);
  const names = ofType('AWS::Events::EventBus', found).map(([, { Properties }]) => Properties.Name);
  expect(names).toEqual(relays.map(({ relayName }) => relayName));
  expect(new Set(names).size).toBe(2);
  for (const { node, relayName } of relays) expect(namedIn(belongingTo(node.id, found))).toEqual(new Set([relayName]));
});

test('two relays in one stack ask for nothing that cdk-nag would refuse', () => {
  const stack = shop();
  for (const id of ['Europe', 'Oceania']) new KlarnaRelay(stack, id);
  const checks = [new AwsSolutionsChecks(), new ServerlessChecks()];
  expect(checks.flatMap((pack) => pack.validateScope(stack).violations)).toEqual([]);
});

test('one relay in two stacks of the same path but another stack name has two names', () => {
  const relayIn = (stackName: string) =>
    new KlarnaRelay(new Stack(new App({ context: unbundled }), 'Shop', { stackName }), 'Relay');
  expect(relayIn('shop-test').relayName).not.toBe(relayIn('shop-live').relayName);
});

test('a relay in a stack with account and region is the same relay', () => {
  const bound = new Stack(new App({ context: unbundled }), 'Shop', {
    env: { account: '1'.repeat(12), region: 'eu-west-1' },
  });
  expect(Object.keys(built({}, bound))).toEqual(Object.keys(built({})));
});

test('what the construct builds does not depend on feature flags', () => {
  const types = (found: Record<string, Resource>) => Object.values(found).map(({ Type }) => Type);
  expect(types(built({})).sort()).toEqual(types(resources).sort());
});

test('every alarm goes to the topic, when there is one', () => {
  const stack = shop();
  const found = built({ alarmTopic: new Topic(stack, 'Duty') }, stack);
  const silent = ofType('AWS::CloudWatch::Alarm', found).filter(([, { Properties }]) => !Properties.AlarmActions);
  expect(silent).toEqual([]);
});

test('payments are kept as long as the merchant says', () => {
  expect(built({ retention: Duration.days(30) }).RelayReceiveFunction?.Properties).toMatchObject({
    Environment: { Variables: { RETENTION_DAYS: '30' } },
  });
});

test('payments that would vanish within a day are refused', () => {
  expect(() => built({ retention: Duration.days(6) })).toThrow('retention: at least seven days');
});

test('archive, logs and throttle are what the merchant says', () => {
  const found = built({
    archiveRetention: Duration.days(7),
    logRetention: RetentionDays.ONE_WEEK,
    rateLimit: 5,
    burstLimit: 6,
  });
  expect(found.RelayBusArchive?.Properties).toMatchObject({ RetentionDays: 7 });
  const kept = ofType('AWS::Logs::LogGroup', found).map(([, { Properties }]) => Properties.RetentionInDays);
  expect(kept).toEqual(Array(8).fill(7));
  expect(found.RelayStage?.Properties).toMatchObject({
    DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 6 },
  });
});

test('a domain of its own stands in every URL that is minted, and another Klarna reaches those who talk to it', () => {
  const found = built({ publicUrl: 'https://pay.shop.example', klarnaApiUrl: 'https://klarna.test' });
  const told = ofType('AWS::Lambda::Function', found).map(([id, { Properties }]) => {
    const { PUBLIC_URL, KLARNA_API_URL } = (Properties.Environment as { Variables: Record<string, string> }).Variables;
    return [id, PUBLIC_URL, KLARNA_API_URL].filter(Boolean);
  });
  expect(told).toEqual([
    ['RelayReceiveFunction'],
    ['RelayPublishFunction'],
    ['RelayCreateFunction', 'https://pay.shop.example', 'https://klarna.test'],
    ['RelayOperateFunction', 'https://klarna.test'],
    ['RelayReadPaymentFunction'],
    ['RelayChargeFunction', 'https://pay.shop.example', 'https://klarna.test'],
    ['RelayAdvanceFunction', 'https://pay.shop.example', 'https://klarna.test'],
  ]);
});

test('whoever is granted the merchant routes may call those, and nothing of Klarna or a shopper', () => {
  const stack = shop();
  const backend = new Role(stack, 'Backend', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  new KlarnaRelay(stack, 'Relay').grantMerchant(backend);
  const policy = JSON.stringify(resourcesOf(stack).BackendDefaultPolicy?.Properties.PolicyDocument);
  expect(policy.match(/(GET|POST|DELETE)\/[a-z-]+[^"]*/g)?.toSorted()).toEqual([
    'DELETE/customer-tokens/*',
    'GET/customer-tokens',
    'GET/customer-tokens/*',
    'GET/payments/*',
    'POST/customer-tokens/*/payments',
    'POST/payments',
    'POST/payments/*/cancellation',
    'POST/payments/*/captures',
    'POST/payments/*/extension',
    'POST/payments/*/refunds',
    'POST/payments/*/release',
  ]);
});

test('nothing stays behind when protection is off, and the table lets itself be deleted', () => {
  const found = built({ removalProtection: false });
  expect(Object.entries(found).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')).toEqual([]);
  expect(found.RelayPayments?.Properties.DeletionProtectionEnabled).toBe(false);
});

test('callback URLs start at the API, without a trailing slash', () => {
  const stack = shop();
  const { callbackBase } = new KlarnaRelay(stack, 'Relay');
  expect(stack.resolve(callbackBase)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^RelayApi/), 'ApiEndpoint'] });
});

const belongingTo = (relay: string, found: Record<string, Resource>) =>
  Object.fromEntries(Object.entries(found).filter(([id]) => id.startsWith(relay)));

/** Every value that our own names may stand in: names given to resources, and the dimension of our metrics. */
const namedIn = (found: Record<string, Resource>) =>
  new Set(JSON.stringify(found).match(/\bShop-(Europe|Oceania)-[0-9A-F]{8}\b/g));
