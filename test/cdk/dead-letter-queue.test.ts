import { expect, test } from 'vitest';
import { ofType } from './resources.ts';

test.each(ofType('AWS::SQS::Queue'))('%s is encrypted and keeps its messages for 14 days', (_, { Properties }) => {
  expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
});
