import { expect, test } from 'vitest';
import { accountRoot, grantsOf, keyPolicy, list, statementsIn } from '../policies.ts';
import { ofType, resources, textOf } from '../resources.ts';

const log = (name: string) => [
  `Allow logs:CreateLogStream on Relay${name}Log.Arn`,
  `Allow logs:PutLogEvents on Relay${name}Log.Arn`,
];
const payments = ['Allow dynamodb:GetItem on RelayPayments.Arn', 'Allow dynamodb:PutItem on RelayPayments.Arn'];
const stream = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
  (action) => `Allow dynamodb:${action} on RelayPayments.StreamArn`,
);
const accounts = 'Allow secretsmanager:GetSecretValue on RelayAccountsSecret';
const callbackSecret = 'Allow secretsmanager:GetSecretValue on RelayCallbackSecret';
const seal = 'Allow kms:GetPublicKey on RelaySealingKey.Arn';
const requests = (...actions: string[]) => actions.map((action) => `Allow dynamodb:${action} on RelayRequests.Arn`);
const tokens = (...actions: string[]) => actions.map((action) => `Allow dynamodb:${action} on RelayCustomerTokens.Arn`);

test.each([
  ['ReceiveCallback', [...payments, callbackSecret, seal]],
  [
    'PublishChanges',
    [
      ...stream,
      'Allow dynamodb:GetItem on RelayProgress.Arn',
      'Allow dynamodb:PutItem on RelayProgress.Arn',
      'Allow events:PutEvents on RelayBus.Arn',
      'Allow sqs:SendMessage on RelayDiscarded.Arn',
    ],
  ],
  ['CreatePayment', [...payments, accounts, callbackSecret, seal, ...requests('PutItem')]],
  ['OperatePayment', [...payments, accounts, seal, ...requests('PutItem', 'DeleteItem')]],
  ['ReadPayment', ['Allow dynamodb:GetItem on RelayPayments.Arn', callbackSecret]],
  [
    'ChargeToken',
    [
      ...payments,
      accounts,
      callbackSecret,
      seal,
      ...requests('PutItem', 'DeleteItem'),
      ...tokens('GetItem', 'PutItem'),
      'Allow dynamodb:Query on RelayCustomerTokens.Arn/index/customer',
      'Allow kms:Decrypt on RelayCustomerTokenKey.Arn',
    ],
  ],
  [
    'RunDueTasks',
    [
      ...payments,
      'Allow dynamodb:Query on RelayPayments.Arn/index/due',
      ...stream,
      accounts,
      callbackSecret,
      seal,
      ...requests('GetItem', 'PutItem', 'DeleteItem'),
      ...tokens('GetItem', 'PutItem'),
      'Allow dynamodb:GetItem on RelayProgress.Arn',
      'Allow dynamodb:UpdateItem on RelayProgress.Arn',
      'Allow events:PutEvents on RelayBus.Arn',
      'Allow kms:Decrypt on RelayCustomerTokenKey.Arn',
      'Allow kms:Decrypt on RelaySealingKey.Arn',
      'Allow kms:GetPublicKey on RelayCustomerTokenKey.Arn',
      'Allow sqs:SendMessage on RelayMissedWakeUps.Arn',
    ],
  ],
])('the function %s may write its log, do this, and nothing else', (name, allowed) => {
  expect(grantsOf(`Relay${name}Role`)).toEqual([...allowed, ...log(name)].toSorted());
});

test('there are no other roles but that of the schedule, and no role holds more than its own policy', () => {
  const roles = ofType('AWS::IAM::Role').map(([id, { Properties }]) => [id, Object.keys(Properties)]);
  const functions = [
    ...['ReceiveCallback', 'PublishChanges', 'CreatePayment', 'OperatePayment', 'ReadPayment', 'ChargeToken'],
    'RunDueTasks',
  ];
  expect(roles).toEqual([...functions, 'Schedule'].map((name) => [`Relay${name}Role`, ['AssumeRolePolicyDocument']]));
});

test('only functions that spend tokens can open them, each only those that it spends', () => {
  const opening = ofType('AWS::IAM::Role').flatMap(([role]) =>
    grantsOf(role)
      .filter((grant) => grant.includes('kms:Decrypt'))
      .map((grant) => `${role}: ${grant}`),
  );
  expect(opening).toEqual([
    'RelayChargeTokenRole: Allow kms:Decrypt on RelayCustomerTokenKey.Arn',
    'RelayRunDueTasksRole: Allow kms:Decrypt on RelayCustomerTokenKey.Arn',
    'RelayRunDueTasksRole: Allow kms:Decrypt on RelaySealingKey.Arn',
  ]);
  for (const key of ['RelaySealingKey', 'RelayCustomerTokenKey'])
    expect(keyPolicy(key).map(({ principal }) => principal)).toEqual([accountRoot]);
});

test('kms:Decrypt is allowed only for the algorithm that seals', () => {
  const conditions = ofType('AWS::IAM::Policy')
    .flatMap(([, { Properties }]) => statementsIn(Properties.PolicyDocument))
    .filter(({ Action }) => list(Action).includes('kms:Decrypt'))
    .map(({ Condition }) => Condition);
  expect(conditions.length).toBeGreaterThan(1);
  for (const condition of conditions)
    expect(condition).toEqual({ StringEquals: { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' } });
});

test('the function that receives callbacks can never open what it seals', () => {
  expect(grantsOf('RelayReceiveCallbackRole').filter((grant) => grant.includes('kms:'))).toEqual([
    'Allow kms:GetPublicKey on RelaySealingKey.Arn',
  ]);
  expect(keyPolicy('RelaySealingKey').map(({ principal }) => principal)).toEqual([accountRoot]);
});

test('no policy allows anything by wildcard, except that the policy of a key means that key by *', () => {
  const documents = Object.entries(resources).flatMap(([id, { Properties }]) =>
    [Properties.PolicyDocument, Properties.KeyPolicy].filter(Boolean).map((document) => ({ id, document })),
  );
  const wild = documents.flatMap(({ id, document }) =>
    statementsIn(document)
      .filter(
        ({ Effect, Action, Resource }) => Effect === 'Allow' && /\*/.test(list([Action, textOf(Resource)]).join()),
      )
      .map(() => id),
  );
  expect(new Set(wild)).toEqual(new Set(['RelayTableKey', 'RelaySealingKey', 'RelayCustomerTokenKey']));
});
