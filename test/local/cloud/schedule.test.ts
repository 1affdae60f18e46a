import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Schedule, scheduleOf, startSchedules } from '../../../local/cloud/schedule.ts';

const day = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const lambda = { id: 'F', arn: 'arn:F', entry: 'f.ts', exported: 'handler', env: {}, timeout: 3 };
const read = (ScheduleExpression: string): Schedule =>
  scheduleOf([lambda])({
    id: 'S',
    metadata: {},
    arn: 'arn:S',
    properties: { ScheduleExpression, Target: { Arn: 'arn:F', Input: '{"a":1}' } },
  });

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', day],
])('%s makes a call every %d ms', (rate, every) => {
  expect(read(rate)).toEqual({ id: 'S', every, function: lambda, input: { a: 1 } });
});

test.each(['cron(0 * * * ? *)', 'rate(0 minutes)', 'at(2026-11-22T10:00:00)'])('%s is refused', (rate) => {
  expect(() => read(rate)).toThrow('is not a rate that the local run supports');
});

test('a schedule makes one call per period, never two at a time, and goes on after a failure', async () => {
  const open: PromiseWithResolvers<unknown>[] = [];
  const schedules = startSchedules({
    schedules: [read('rate(1 minute)')],
    invoke: () => {
      open.push(Promise.withResolvers());
      return open.at(-1)?.promise ?? Promise.resolve();
    },
  });
  await vi.advanceTimersByTimeAsync(59_000);
  expect(open).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(121_000);
  expect(open).toHaveLength(1);
  open[0]?.reject(new Error('it failed'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(open).toHaveLength(2);
  open[1]?.resolve(undefined);
  await schedules.stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(open).toHaveLength(2);
});
