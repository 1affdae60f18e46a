import { expect, test } from 'vitest';
import { ofType, resources, said } from './synthesised.ts';

type Statement = {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: Record<string, unknown>;
};

const list = (value: unknown) => [value].flat();
const statements = (document: unknown) => (document as { Statement: Statement[] }).Statement;

/** What a role may do, one line per action and resource. */
const granted = (role: string) =>
  ofType('AWS::IAM::Policy')
    .filter(([, { Properties }]) => list(Properties.Roles).map(said).includes(role))
    .flatMap(([, { Properties }]) => statements(Properties.PolicyDocument))
    .flatMap(({ Effect, Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((on) => `${Effect} ${action} on ${said(on)}`)),
    )
    .sort();

const keyPolicy = (key: string) =>
  statements(resources[key]?.Properties.KeyPolicy).flatMap(({ Principal, Action, Condition }) =>
    list((Principal as { AWS: unknown }).AWS).map((who) => ({
      who: said(who),
      may: list(Action),
      through: Object.values(Condition?.StringEquals ?? {}).map(said),
    })),
  );

test('the receiving function may read and write payments, read its keys, write its log, and nothing else', () => {
  expect(granted('RelayReceiveRole')).toEqual([
    'Allow dynamodb:GetItem on RelayPayments.Arn',
    'Allow dynamodb:PutItem on RelayPayments.Arn',
    'Allow kms:GetPublicKey on RelaySealingKey.Arn',
    'Allow logs:CreateLogStream on RelayReceiveLog.Arn',
    'Allow logs:PutLogEvents on RelayReceiveLog.Arn',
    'Allow secretsmanager:GetSecretValue on RelayCallbackSecret',
  ]);
});

test('the publishing function may read the stream, publish, note what is out, hand over what it gave up, write its log, and nothing else', () => {
  expect(granted('RelayPublishRole')).toEqual([
    'Allow dynamodb:DescribeStream on RelayPayments.StreamArn',
    'Allow dynamodb:GetRecords on RelayPayments.StreamArn',
    'Allow dynamodb:GetShardIterator on RelayPayments.StreamArn',
    'Allow dynamodb:ListStreams on RelayPayments.StreamArn',
    'Allow dynamodb:PutItem on RelayProgress.Arn',
    'Allow events:PutEvents on RelayBus.Arn',
    'Allow logs:CreateLogStream on RelayPublishLog.Arn',
    'Allow logs:PutLogEvents on RelayPublishLog.Arn',
    'Allow sqs:SendMessage on RelayDiscarded.Arn',
  ]);
});

const log = (name: string) => [
  `Allow logs:CreateLogStream on Relay${name}Log.Arn`,
  `Allow logs:PutLogEvents on Relay${name}Log.Arn`,
];
const payments = ['Allow dynamodb:GetItem on RelayPayments.Arn', 'Allow dynamodb:PutItem on RelayPayments.Arn'];
const accounts = 'Allow secretsmanager:GetSecretValue on RelayAccountsSecret';
const callbackSecret = 'Allow secretsmanager:GetSecretValue on RelayCallbackSecret';
const seals = 'Allow kms:GetPublicKey on RelaySealingKey.Arn';
const requests = (...actions: string[]) => actions.map((action) => `Allow dynamodb:${action} on RelayRequests.Arn`);
const tokens = (...actions: string[]) => actions.map((action) => `Allow dynamodb:${action} on RelayCustomerTokens.Arn`);

test.each([
  ['Create', [...payments, accounts, callbackSecret, seals, ...requests('PutItem')]],
  ['Operate', [...payments, accounts, seals, ...requests('PutItem', 'DeleteItem')]],
  ['ReadPayment', ['Allow dynamodb:GetItem on RelayPayments.Arn', callbackSecret]],
  [
    'Charge',
    [
      ...payments,
      accounts,
      callbackSecret,
      seals,
      ...requests('PutItem', 'DeleteItem'),
      ...tokens('GetItem', 'PutItem'),
      'Allow dynamodb:Query on RelayCustomerTokens.Arn/index/customer',
      'Allow kms:Decrypt on RelayCustomerTokenKey.Arn',
    ],
  ],
  [
    'Advance',
    [
      ...payments,
      'Allow dynamodb:Query on RelayPayments.Arn/index/due',
      'Allow dynamodb:DescribeStream on RelayPayments.StreamArn',
      'Allow dynamodb:GetRecords on RelayPayments.StreamArn',
      'Allow dynamodb:GetShardIterator on RelayPayments.StreamArn',
      'Allow dynamodb:ListStreams on RelayPayments.StreamArn',
      accounts,
      callbackSecret,
      seals,
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
])('the function %s may do this and nothing else', (name, allowed) => {
  expect(granted(`Relay${name}Role`)).toEqual([...allowed, ...log(name)].toSorted());
});

test('the schedule may call the one function, and leave what it could not deliver', () => {
  expect(granted('RelayScheduleRole')).toEqual([
    'Allow lambda:InvokeFunction on RelayAdvanceFunction.Arn',
    'Allow sqs:SendMessage on RelayMissedWakeUps.Arn',
  ]);
});

test('there are no other roles, and no role holds more than its own policy', () => {
  const roles = ofType('AWS::IAM::Role').map(([id, { Properties }]) => [id, Object.keys(Properties)]);
  const names = ['Receive', 'Publish', 'Create', 'Operate', 'ReadPayment', 'Charge', 'Advance', 'Schedule'];
  expect(roles).toEqual(names.map((name) => [`Relay${name}Role`, ['AssumeRolePolicyDocument']]));
});

test('only who spends tokens can open them, each those that it spends', () => {
  const opening = ofType('AWS::IAM::Role').flatMap(([role]) =>
    granted(role)
      .filter((line) => line.includes('kms:Decrypt'))
      .map((line) => `${role}: ${line}`),
  );
  expect(opening).toEqual([
    'RelayChargeRole: Allow kms:Decrypt on RelayCustomerTokenKey.Arn',
    'RelayAdvanceRole: Allow kms:Decrypt on RelayCustomerTokenKey.Arn',
    'RelayAdvanceRole: Allow kms:Decrypt on RelaySealingKey.Arn',
  ]);
  for (const key of ['RelaySealingKey', 'RelayCustomerTokenKey'])
    expect(keyPolicy(key).map(({ who }) => who)).toEqual([accountRoot]);
});

test('opening means content keys as they were sealed', () => {
  const conditions = ofType('AWS::IAM::Policy')
    .flatMap(([, { Properties }]) => statements(Properties.PolicyDocument))
    .filter(({ Action }) => list(Action).includes('kms:Decrypt'))
    .map(({ Condition }) => Condition);
  expect(conditions.length).toBeGreaterThan(1);
  for (const condition of conditions)
    expect(condition).toEqual({ StringEquals: { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' } });
});

test('what is sealed, the receiving function can never open', () => {
  expect(granted('RelayReceiveRole').filter((line) => line.includes('kms:'))).toEqual([
    'Allow kms:GetPublicKey on RelaySealingKey.Arn',
  ]);
  expect(keyPolicy('RelaySealingKey').map(({ who }) => who)).toEqual([accountRoot]);
});

test("the table's key serves each function through DynamoDB and in no other way", () => {
  const read = ['kms:Decrypt', 'kms:DescribeKey'];
  const write = ['Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'];
  const both = [...read, ...write.map((action) => `kms:${action}`)];
  const through = ['dynamodb.AWS::Region.amazonaws.com'];
  const byName = (a: { who: string }, b: { who: string }) => (a.who < b.who ? -1 : 1);
  expect(keyPolicy('RelayTableKey').toSorted(byName)).toEqual([
    { who: 'RelayAdvanceRole.Arn', may: both, through },
    { who: 'RelayChargeRole.Arn', may: both, through },
    { who: 'RelayCreateRole.Arn', may: both, through },
    { who: 'RelayOperateRole.Arn', may: both, through },
    { who: 'RelayPublishRole.Arn', may: both, through },
    { who: 'RelayReadPaymentRole.Arn', may: read, through },
    { who: 'RelayReceiveRole.Arn', may: both, through },
    { who: accountRoot, may: ['kms:*'], through: [] },
  ]);
});

test('nothing is allowed by wildcard but what a policy of a key says of that key', () => {
  const documents = Object.entries(resources).flatMap(([id, { Properties }]) =>
    [Properties.PolicyDocument, Properties.KeyPolicy].filter(Boolean).map((document) => ({ id, document })),
  );
  const wild = documents.flatMap(({ id, document }) =>
    statements(document)
      .filter(({ Effect, Action, Resource }) => Effect === 'Allow' && /\*/.test(list([Action, said(Resource)]).join()))
      .map(() => id),
  );
  expect(new Set(wild)).toEqual(new Set(['RelayTableKey', 'RelaySealingKey', 'RelayCustomerTokenKey']));
});

test('only the HTTP API may invoke functions, each by its own routes', () => {
  const prefix = 'arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:RelayApi/*/*';
  const invoked = ofType('AWS::Lambda::Permission').map(([, { Properties }]) => {
    expect(Properties.Principal).toBe('apigateway.amazonaws.com');
    return `${said(Properties.FunctionName)} ${said(Properties.SourceArn).replace(prefix, '')}`;
  });
  expect(new Set(invoked)).toEqual(
    new Set([
      'RelayReceiveFunction.Arn /callbacks/{kind}/{payment}/{secret}',
      'RelayCreateFunction.Arn /payments',
      'RelayReadPaymentFunction.Arn /payments/{payment}',
      'RelayReadPaymentFunction.Arn /status/{payment}/{secret}',
      ...['captures', 'refunds', 'cancellation', 'release', 'extension'].map(
        (name) => `RelayOperateFunction.Arn /payments/{payment}/${name}`,
      ),
      'RelayChargeFunction.Arn /customer-tokens',
      'RelayChargeFunction.Arn /customer-tokens/{token}',
      'RelayChargeFunction.Arn /customer-tokens/{token}/payments',
    ]),
  );
});

test('only this bus may leave events in its dead-letter queue', () => {
  const allowed = statements(resources.RelayUndeliverablePolicy?.Properties.PolicyDocument).filter(
    ({ Effect }) => Effect === 'Allow',
  );
  expect(allowed).toMatchObject([
    {
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/^RelayBus/), 'Arn'] } } },
    },
  ]);
});

const accountRoot = 'arn:AWS::Partition:iam::AWS::AccountId:root';
