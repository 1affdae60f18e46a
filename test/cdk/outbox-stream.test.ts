import { expect, test } from 'vitest';
import { propertyOf, resources, textOf } from './resources.ts';

test('no row of the stream is lost: it is read from its start, retried without limit, and too old rows go to a queue', () => {
  expect(resources.RelayOutbox?.Properties).toMatchObject({
    BatchSize: 100,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRecordAgeInSeconds: 23 * 3600,
    ParallelizationFactor: 10,
    StartingPosition: 'TRIM_HORIZON',
  });
  expect(propertyOf('RelayOutbox', 'MaximumRetryAttempts')).toBeUndefined();
  expect(textOf(propertyOf('RelayOutbox', 'EventSourceArn'))).toBe('RelayPayments.StreamArn');
  expect(textOf(propertyOf('RelayOutbox', 'DestinationConfig', 'OnFailure', 'Destination'))).toBe('RelayDiscarded.Arn');
});
