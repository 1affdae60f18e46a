import { expect, test } from 'vitest';
import { jsonLogger, type LogEntry, reasonOf } from '../../../lambdas/logging/logger.ts';

const now = () => new Date('2026-11-22T10:00:00.000Z');

/** The text that an entry writes. */
function written(entry: LogEntry): string {
  const texts: string[] = [];
  jsonLogger({ relay: 'test', now, write: (text) => texts.push(text) })(entry);
  return texts.join('');
}

test('an entry is one line of JSON with level, time, message, relay and fields', () => {
  expect(written({ message: 'created', fields: { payment: 'p', flow: undefined } })).toBe(
    '{"level":"info","timestamp":"2026-11-22T10:00:00.000Z","message":"created","relay":"test","payment":"p"}\n',
  );
});

test('metrics are counted for the relay, and split by the fields that the entry names', () => {
  const entry = JSON.parse(
    written({
      message: 'callback',
      fields: { kind: 'push', outcome: 'noted' },
      metrics: { Callbacks: 1, DelayMs: 2000 },
      split: { metrics: ['Callbacks'], by: ['kind', 'outcome'] },
    }),
  );
  expect(entry).toMatchObject({ Callbacks: 1, DelayMs: 2000, _aws: { Timestamp: now().getTime() } });
  expect(entry._aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'KlarnaRelay',
      Dimensions: [['relay']],
      Metrics: [
        { Name: 'Callbacks', Unit: 'Count' },
        { Name: 'DelayMs', Unit: 'Milliseconds' },
      ],
    },
    {
      Namespace: 'KlarnaRelay',
      Dimensions: [['relay', 'kind', 'outcome']],
      Metrics: [{ Name: 'Callbacks', Unit: 'Count' }],
    },
  ]);
});

test('the reason of a failure is its message, except that of a parser, which quotes what it read', () => {
  expect(reasonOf(new Error('table on fire'))).toBe('table on fire');
  expect(reasonOf(new SyntaxError('Unexpected token, "tell-no-one" is not valid JSON'))).toBeUndefined();
  expect(reasonOf('text')).toBeUndefined();
});
