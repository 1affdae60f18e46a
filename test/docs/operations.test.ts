import { expect, test } from 'vitest';
import { ofType } from '../cdk/synthesised.ts';
import { page, table } from '../support/markdown.ts';

test('docs/operations.md tells what to do about every alarm of the template, and about no other', () => {
  const deployed = ofType('AWS::CloudWatch::Alarm').map(([id]) => id.replace(/^RelayAlarms/, ''));
  const explained = table(page('docs/operations.md'), 'alarm').map(({ alarm }) => alarm);
  expect(explained.toSorted()).toEqual(deployed.toSorted());
});
