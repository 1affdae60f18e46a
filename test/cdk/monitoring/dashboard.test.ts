import { expect, test } from 'vitest';
import { ofType, textOf } from '../resources.ts';

test('the dashboard shows callbacks by kind and outcome, delays, published changes, ages, errors and all alarms', () => {
  const body = textOf(ofType('AWS::CloudWatch::Dashboard')[0]?.[1].Properties.DashboardBody);
  const expected = [
    '{KlarnaRelay,relay,kind,outcome}',
    'DelayMs',
    'ReadDelayMs',
    'LearnedByReading',
    'Republished',
    'PaymentsStuck',
    'Published',
    'IteratorAge',
    'Errors',
    'Forged',
  ];
  const alarms = ofType('AWS::CloudWatch::Alarm').map(([id]) => `"${id}.Arn"`);
  expect([...expected, ...alarms].filter((name) => !body.includes(name))).toEqual([]);
});

test.each(ofType('AWS::Lambda::Function'))('the dashboard shows the errors of %s', (id) => {
  const body = textOf(ofType('AWS::CloudWatch::Dashboard')[0]?.[1].Properties.DashboardBody);
  expect(body).toContain(`["AWS/Lambda","Errors","FunctionName","${id}"`);
});
