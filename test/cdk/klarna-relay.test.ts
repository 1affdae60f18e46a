import { App, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { KlarnaRelay, type KlarnaRelayProps } from '../../cdk/klarna-relay.ts';
import { ofType, resources, type TemplateResource } from './resources.ts';
import { resourcesOf, unbundled } from './stacks.ts';

/** A merchant's own app, without our feature flags. */
const shop = () => new Stack(new App({ context: unbundled }), 'Shop');
const resourcesWith = (props: KlarnaRelayProps, stack = shop()) => {
  new KlarnaRelay(stack, 'Relay', props);
  return resourcesOf(stack);
};

test('two relays in one stack share nothing that has a name', () => {
  const stack = shop();
  const relays = ['Europe', 'Oceania'].map((id) => new KlarnaRelay(stack, id));
  const found = resourcesOf(stack);
  const names = ofType('AWS::Events::EventBus', found).map(([, { Properties }]) => Properties.Name);
  expect(names).toEqual(relays.map(({ relayName }) => relayName));
  expect(new Set(names).size).toBe(2);
  for (const { node, relayName } of relays)
    expect(relayNamesIn(belongingTo(node.id, found))).toEqual(new Set([relayName]));
});

test('cdk-nag finds nothing to refuse in two relays in one stack', () => {
  const stack = shop();
  for (const id of ['Europe', 'Oceania']) new KlarnaRelay(stack, id);
  const checks = [new AwsSolutionsChecks(), new ServerlessChecks()];
  expect(checks.flatMap((pack) => pack.validateScope(stack).violations)).toEqual([]);
});

test('a relay has another name in a stack of another name, even at the same path', () => {
  const relayIn = (stackName: string) =>
    new KlarnaRelay(new Stack(new App({ context: unbundled }), 'Shop', { stackName }), 'Relay');
  expect(relayIn('shop-test').relayName).not.toBe(relayIn('shop-live').relayName);
});

test('a relay in a stack with account and region is the same relay', () => {
  const bound = new Stack(new App({ context: unbundled }), 'Shop', {
    env: { account: '1'.repeat(12), region: 'eu-west-1' },
  });
  expect(Object.keys(resourcesWith({}, bound))).toEqual(Object.keys(resourcesWith({})));
});

test('the construct builds the same resources whatever the feature flags', () => {
  const types = (found: Record<string, TemplateResource>) => Object.values(found).map(({ Type }) => Type);
  expect(types(resourcesWith({})).sort()).toEqual(types(resources).sort());
});

test('every alarm notifies the topic, if there is one', () => {
  const stack = shop();
  const found = resourcesWith({ alarmTopic: new Topic(stack, 'OnCall') }, stack);
  const silent = ofType('AWS::CloudWatch::Alarm', found).filter(([, { Properties }]) => !Properties.AlarmActions);
  expect(silent).toEqual([]);
});

test('payments are kept for the retention that the merchant sets', () => {
  expect(resourcesWith({ retention: Duration.days(210) }).RelayReceiveCallbackFunction?.Properties).toMatchObject({
    Environment: { Variables: { RETENTION_DAYS: '210' } },
  });
});

test('a retention that ends before the last refund is refused', () => {
  expect(() => resourcesWith({ retention: Duration.days(209) })).toThrow('retention: at least 210 days');
});

test('every function that saves payments knows when their table was restored', () => {
  const found = resourcesWith({ restoredAt: '2026-11-28T10:00:00Z' });
  const variables = ofType('AWS::Lambda::Function', found).map(([, { Properties }]) => {
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    return Variables;
  });
  const saving = variables.filter((each) => 'RETENTION_DAYS' in each);
  expect(saving.length).toBeGreaterThan(3);
  expect(saving.map(({ RESTORED_AT }) => RESTORED_AT)).toEqual(saving.map(() => '2026-11-28T10:00:00Z'));
});

test.each(['yesterday', '2026-11-28', '2026-11-28T10:00:00', '2026-11-28T10:00:00+01:00', '2026-13-28T10:00:00Z'])(
  'a restore at %s is refused: it must be a time in UTC',
  (restoredAt) => {
    expect(() => resourcesWith({ restoredAt })).toThrow(`restoredAt: like 2026-11-28T10:00:00Z, not ${restoredAt}`);
  },
);

test('archive, logs and throttling follow the props', () => {
  const found = resourcesWith({
    archiveRetention: Duration.days(7),
    logRetention: RetentionDays.ONE_WEEK,
    rateLimit: 5,
    burstLimit: 6,
  });
  expect(found.RelayBusArchive?.Properties).toMatchObject({ RetentionDays: 7 });
  const retentions = ofType('AWS::Logs::LogGroup', found).map(([, { Properties }]) => Properties.RetentionInDays);
  expect(retentions).toEqual(Array(8).fill(7));
  expect(found.RelayStage?.Properties).toMatchObject({
    DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 6 },
  });
});

test('functions that mint URLs know the public URL, and functions that call Klarna know its replacement', () => {
  const found = resourcesWith({ publicUrl: 'https://pay.shop.example', klarnaApiUrl: 'https://klarna.test' });
  const known = ofType('AWS::Lambda::Function', found).map(([id, { Properties }]) => {
    const { PUBLIC_URL, KLARNA_API_URL } = (Properties.Environment as { Variables: Record<string, string> }).Variables;
    return [id, PUBLIC_URL, KLARNA_API_URL].filter(Boolean);
  });
  expect(known).toEqual([
    ['RelayReceiveCallbackFunction'],
    ['RelayPublishChangesFunction'],
    ['RelayCreatePaymentFunction', 'https://pay.shop.example', 'https://klarna.test'],
    ['RelayOperatePaymentFunction', 'https://klarna.test'],
    ['RelayReadPaymentFunction'],
    ['RelayChargeTokenFunction', 'https://pay.shop.example', 'https://klarna.test'],
    ['RelayRunDueTasksFunction', 'https://pay.shop.example', 'https://klarna.test'],
  ]);
});

test('grantMerchant allows the routes of the merchant, and no route of Klarna or a shopper', () => {
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

test.each([
  'RelayPayments',
  'RelayTableKey',
  'RelaySealingKey',
  'RelayCallbackSecret',
  'RelayDiscarded',
  'RelayUndeliverable',
  'RelayReceiveCallbackLog',
  'RelayPublishChangesLog',
  'RelayCustomerTokens',
  'RelayCustomerTokenKey',
  'RelayAccountsSecret',
  'RelayMissedWakeUps',
])('%s outlives the stack', (id) => {
  expect(resources[id]?.DeletionPolicy).toBe('Retain');
});

test('nothing stays behind when protection is off, and the table can be deleted', () => {
  const found = resourcesWith({ removalProtection: false });
  expect(Object.entries(found).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')).toEqual([]);
  expect(found.RelayPayments?.Properties.DeletionProtectionEnabled).toBe(false);
});

test('callback URLs start at the API, without a trailing slash', () => {
  const stack = shop();
  const { callbackBase } = new KlarnaRelay(stack, 'Relay');
  expect(stack.resolve(callbackBase)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^RelayApi/), 'ApiEndpoint'] });
});

const belongingTo = (relay: string, found: Record<string, TemplateResource>) =>
  Object.fromEntries(Object.entries(found).filter(([id]) => id.startsWith(relay)));

/** Every relay name in a template: in names of resources, and in the dimension of our metrics. */
const relayNamesIn = (found: Record<string, TemplateResource>) =>
  new Set(JSON.stringify(found).match(/\bShop-(Europe|Oceania)-[0-9A-F]{8}\b/g));
