import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ofType, resources } from './synthesised.ts';

test('the table keeps payments under its own key, with a stream of both images, backups and an end', () => {
  expect(resources.RelayPayments?.Properties).toMatchObject({
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
  });
  expect(resources.RelayTableKey?.Properties.EnableKeyRotation).toBe(true);
});

test.each([
  'RelayPayments',
  'RelayTableKey',
  'RelaySealingKey',
  'RelayCallbackSecret',
  'RelayDiscarded',
  'RelayUndeliverable',
  'RelayReceiveLog',
  'RelayPublishLog',
  'RelayCustomerTokens',
  'RelayCustomerTokenKey',
  'RelayAccountsSecret',
  'RelayMissedWakeUps',
])('%s outlives the stack', (id) => {
  expect(resources[id]?.DeletionPolicy).toBe('Retain');
});

test('what must be sent once more goes with the stack, has an end and no backup', () => {
  expect(resources.RelayRequests?.DeletionPolicy).toBe('Delete');
  expect(resources.RelayRequests?.Properties).toMatchObject({
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
  });
  expect(resources.RelayRequests?.Properties).not.toHaveProperty('PointInTimeRecoverySpecification');
});

test('customer tokens have no end of their own, a backup, and are listed by customer', () => {
  expect(resources.RelayCustomerTokens?.Properties).toMatchObject({
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
    GlobalSecondaryIndexes: [{ IndexName: 'customer' }],
  });
  expect(resources.RelayCustomerTokens?.Properties).not.toHaveProperty('TimeToLiveSpecification');
});

test('notes on what is published forget themselves, have no backup, and go with the stack', () => {
  expect(resources.RelayProgress).toMatchObject({
    DeletionPolicy: 'Delete',
    Properties: { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } },
  });
  expect(resources.RelayProgress?.Properties).not.toHaveProperty('PointInTimeRecoverySpecification');
});

test('the index of what is owed holds keys only', () => {
  expect(resources.RelayPayments?.Properties.GlobalSecondaryIndexes).toEqual([
    {
      IndexName: 'due',
      KeySchema: [
        { AttributeName: 'dueShard', KeyType: 'HASH' },
        { AttributeName: 'dueAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ]);
});

test('the accounts secret is born as a form without credentials', () => {
  expect(JSON.parse(String(resources.RelayAccountsSecret?.Properties.SecretString))).toEqual({
    default: { region: 'eu', environment: 'playground', username: '', password: '' },
  });
});

test.each(['RelaySealingKey', 'RelayCustomerTokenKey'])('tokens are sealed for an RSA key of 3072 bits: %s', (key) => {
  expect(resources[key]?.Properties).toMatchObject({ KeySpec: 'RSA_3072', KeyUsage: 'ENCRYPT_DECRYPT' });
});

test('the callback secret is born as JSON with 64 characters that need no escaping', () => {
  expect(resources.RelayCallbackSecret?.Properties.GenerateSecretString).toEqual({
    SecretStringTemplate: '{}',
    GenerateStringKey: 'current',
    PasswordLength: 64,
    ExcludePunctuation: true,
  });
});

test('the archive keeps what the relay publishes, under the source that its events carry', () => {
  const [source] =
    readFileSync(new URL('../../lambdas/aws/outbox.ts', import.meta.url), 'utf8').match(/(?<=Source: ').*(?=')/) ?? [];
  expect(resources.RelayBusArchive?.Properties).toMatchObject({
    EventPattern: { source: [source] },
    RetentionDays: 90,
  });
});

test.each(ofType('AWS::SQS::Queue'))('%s is encrypted and keeps its letters for 14 days', (_, { Properties }) => {
  expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
});
