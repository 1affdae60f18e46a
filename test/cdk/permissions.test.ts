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
  statements(resources[key]?.Properties.KeyPolicy).map(({ Principal, Action, Condition }) => ({
    who: said((Principal as { AWS: unknown }).AWS),
    may: list(Action),
    through: Object.values(Condition?.StringEquals ?? {}).map(said),
  }));

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

test('the publishing function may read the stream, publish, hand over what it gave up, write its log, and nothing else', () => {
  expect(granted('RelayPublishRole')).toEqual([
    'Allow dynamodb:DescribeStream on RelayPayments.StreamArn',
    'Allow dynamodb:GetRecords on RelayPayments.StreamArn',
    'Allow dynamodb:GetShardIterator on RelayPayments.StreamArn',
    'Allow dynamodb:ListStreams on RelayPayments.StreamArn',
    'Allow events:PutEvents on RelayBus.Arn',
    'Allow logs:CreateLogStream on RelayPublishLog.Arn',
    'Allow logs:PutLogEvents on RelayPublishLog.Arn',
    'Allow sqs:SendMessage on RelayGivenUp.Arn',
  ]);
});

test('there are no other roles, and no role holds more than its own policy', () => {
  const roles = ofType('AWS::IAM::Role').map(([id, { Properties }]) => [id, Object.keys(Properties)]);
  expect(roles).toEqual([
    ['RelayReceiveRole', ['AssumeRolePolicyDocument']],
    ['RelayPublishRole', ['AssumeRolePolicyDocument']],
  ]);
});

test('what is sealed, the receiving function can never open', () => {
  expect(granted('RelayReceiveRole').filter((line) => line.includes('kms:'))).toEqual([
    'Allow kms:GetPublicKey on RelaySealingKey.Arn',
  ]);
  expect(keyPolicy('RelaySealingKey').map(({ who }) => who)).toEqual([accountRoot]);
});

test("the table's key serves each function through DynamoDB and in no other way", () => {
  const through = ['dynamodb.AWS::Region.amazonaws.com'];
  expect(keyPolicy('RelayTableKey')).toEqual([
    { who: accountRoot, may: ['kms:*'], through: [] },
    {
      who: 'RelayReceiveRole.Arn',
      may: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      through,
    },
    { who: 'RelayPublishRole.Arn', may: ['kms:Decrypt', 'kms:DescribeKey'], through },
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
  expect(new Set(wild)).toEqual(new Set(['RelayTableKey', 'RelaySealingKey']));
});

test('only the HTTP API may invoke a function, and only the one that receives', () => {
  const invoked = ofType('AWS::Lambda::Permission').map(([, { Properties }]) => [
    Properties.Principal,
    said(Properties.FunctionName),
    said(Properties.SourceArn),
  ]);
  expect(invoked).toEqual([
    [
      'apigateway.amazonaws.com',
      'RelayReceiveFunction.Arn',
      'arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:RelayApi/*/*/callbacks/{kind}/{payment}/{secret}',
    ],
  ]);
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
