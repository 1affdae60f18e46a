import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { statementsIn } from './policies.ts';
import { resources } from './resources.ts';

test('the archive keeps the events of the relay, by the source that they carry, for 90 days', () => {
  const [source] =
    readFileSync(new URL('../../lambdas/aws/bus.ts', import.meta.url), 'utf8').match(/(?<=Source: ').*(?=')/) ?? [];
  expect(resources.RelayBusArchive?.Properties).toMatchObject({
    EventPattern: { source: [source] },
    RetentionDays: 90,
  });
});

test('only this bus may leave events in its dead-letter queue', () => {
  const allowed = statementsIn(resources.RelayUndeliverablePolicy?.Properties.PolicyDocument).filter(
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
