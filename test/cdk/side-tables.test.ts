import { expect, test } from 'vitest';
import { resources } from './resources.ts';

test('kept requests expire, have no backup, and go with the stack', () => {
  expect(resources.RelayRequests?.DeletionPolicy).toBe('Delete');
  expect(resources.RelayRequests?.Properties).toMatchObject({
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
  });
  expect(resources.RelayRequests?.Properties).not.toHaveProperty('PointInTimeRecoverySpecification');
});

test('customer tokens never expire by themselves, have a backup, and are listed by customer', () => {
  expect(resources.RelayCustomerTokens?.Properties).toMatchObject({
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
    GlobalSecondaryIndexes: [{ IndexName: 'customer' }],
  });
  expect(resources.RelayCustomerTokens?.Properties).not.toHaveProperty('TimeToLiveSpecification');
});

test('notes on published changes expire, have no backup, and go with the stack', () => {
  expect(resources.RelayProgress).toMatchObject({
    DeletionPolicy: 'Delete',
    Properties: { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } },
  });
  expect(resources.RelayProgress?.Properties).not.toHaveProperty('PointInTimeRecoverySpecification');
});
