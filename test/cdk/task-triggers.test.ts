import { expect, test } from 'vitest';
import { grantsOf } from './policies.ts';
import { ofType, propertyOf, resources, textOf } from './resources.ts';

test('due tasks run at once for rows that are marked due, and every minute for all others', () => {
  expect(resources.RelayDue?.Properties).toMatchObject({
    StartingPosition: 'LATEST',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRetryAttempts: 2,
    FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"due":{"BOOL":[true]}}}}' }] },
  });
  expect(textOf(propertyOf('RelayDue', 'DestinationConfig', 'OnFailure', 'Destination'))).toBe(
    'RelayMissedWakeUps.Arn',
  );
  expect(resources.RelayEveryMinute?.Properties).toMatchObject({
    ScheduleExpression: 'rate(1 minute)',
    Target: { Input: '{"scheduled":true}' },
  });
});

test('a wake-up that the schedule cannot deliver, or that fails in the function, goes to a queue', () => {
  expect(textOf(propertyOf('RelayEveryMinute', 'Target', 'DeadLetterConfig', 'Arn'))).toBe('RelayMissedWakeUps.Arn');
  const [asynchronous] = ofType('AWS::Lambda::EventInvokeConfig');
  expect(textOf(asynchronous?.[1].Properties.FunctionName)).toBe('RelayRunDueTasksFunction');
  expect(asynchronous?.[1].Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  expect(JSON.stringify(asynchronous?.[1].Properties.DestinationConfig)).toContain('RelayMissedWakeUps');
});

test('the schedule may invoke this one function, and leave in the queue what it cannot deliver', () => {
  expect(grantsOf('RelayScheduleRole')).toEqual([
    'Allow lambda:InvokeFunction on RelayRunDueTasksFunction.Arn',
    'Allow sqs:SendMessage on RelayMissedWakeUps.Arn',
  ]);
});
