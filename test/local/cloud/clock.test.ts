import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { movableClock } from '../../../local/cloud/clock.ts';
import { matches, parsePattern } from '../../../local/cloud/dynamodb/filter.ts';
import { type Schedule, scheduleOf, startSchedules } from '../../../local/cloud/schedule.ts';

const day = 86_400_000;

describe('the clock', () => {
  test('goes on as it did, from where it was moved to', () => {
    const clock = movableClock();
    clock.forward(day);
    expect(clock.now().getTime() - Date.now()).toBeGreaterThan(day - 1000);
    expect(clock.now().getTime() - Date.now()).toBeLessThan(day + 1000);
  });

  test('is what a thread that follows it reads everywhere, and other dates stay what they are', async () => {
    const clock = movableClock();
    const code = `
      import { parentPort, workerData } from 'node:worker_threads';
      import { followClock } from ${JSON.stringify(new URL('../../../local/cloud/clock.ts', import.meta.url).href)};
      followClock(workerData);
      parentPort.on('message', () => parentPort.postMessage([new Date().getTime(), Date.now(), new Date(5).getTime(), Date.parse('1970-01-01T00:00:01Z'), new Date() instanceof Date, Date.UTC(1970, 0, 2)]));
    `;
    const worker = new Worker(code, { eval: true, workerData: clock.shared, execArgv: ['--input-type=module'] });
    const asked = () => {
      worker.postMessage('now');
      return new Promise<(number | boolean)[]>((resolve) => worker.once('message', resolve));
    };
    clock.forward(3 * day);
    const [constructed, now, ...others] = await asked();
    await worker.terminate();
    for (const time of [constructed, now]) expect(Math.abs(Number(time) - clock.now().getTime())).toBeLessThan(5000);
    expect(others).toEqual([5, 1000, true, day]);
  });
});

describe('a schedule', () => {
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
  ])('%s calls every %d ms', (rate, every) => {
    expect(read(rate)).toEqual({ id: 'S', every, function: lambda, input: { a: 1 } });
  });

  test.each(['cron(0 * * * ? *)', 'rate(0 minutes)', 'at(2026-11-22T10:00:00)'])('%s is refused', (rate) => {
    expect(() => read(rate)).toThrow('is no rate that the local run knows');
  });

  test('calls once a period, never twice at a time, and goes on after a failure', async () => {
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
});

describe('a filter of a stream', () => {
  const due = parsePattern('{"dynamodb":{"NewImage":{"due":{"BOOL":[true]}}}}');

  test('lets through what has one of its values, and nothing else', () => {
    expect(matches(due, { dynamodb: { NewImage: { due: { BOOL: true }, id: { S: 'x' } } } })).toBe(true);
    for (const record of [
      {},
      { dynamodb: {} },
      { dynamodb: { NewImage: { due: { BOOL: false } } } },
      { dynamodb: { NewImage: { due: 'true' } } },
    ])
      expect(matches(due, record)).toBe(false);
  });

  test.each(['{"a":[{"prefix":"x"}]}', '{"a":"x"}', '[]x', '{"a":{"b":null}}'])(
    '%s is more than the local run knows',
    (pattern) => {
      expect(() => parsePattern(pattern)).toThrow();
    },
  );
});
