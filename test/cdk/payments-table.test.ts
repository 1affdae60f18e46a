import { expect, test } from 'vitest';
import { resources } from './resources.ts';

test('the table has a key of its own, a stream of both images, backups, and items that expire', () => {
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

test('the index of due payments holds keys only', () => {
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
