import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { movableClock } from '../../../local/cloud/clock.ts';

const day = 86_400_000;

test('a moved clock runs on from its new time', () => {
  const clock = movableClock();
  clock.forward(day);
  expect(clock.now().getTime() - Date.now()).toBeGreaterThan(day - 1000);
  expect(clock.now().getTime() - Date.now()).toBeLessThan(day + 1000);
});

test('a thread that follows the clock reads it everywhere, and other dates stay as they are', async () => {
  const clock = movableClock();
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { followClock } from ${JSON.stringify(new URL('../../../local/cloud/clock.ts', import.meta.url).href)};
    followClock(workerData);
    parentPort.on('message', () => parentPort.postMessage([new Date().getTime(), Date.now(), new Date(5).getTime(), Date.parse('1970-01-01T00:00:01Z'), new Date() instanceof Date, Date.UTC(1970, 0, 2)]));
  `;
  const worker = new Worker(code, { eval: true, workerData: clock.shared, execArgv: ['--input-type=module'] });
  const read = () => {
    worker.postMessage('now');
    return new Promise<(number | boolean)[]>((resolve) => worker.once('message', resolve));
  };
  clock.forward(3 * day);
  const [constructed, now, ...others] = await read();
  await worker.terminate();
  for (const time of [constructed, now]) expect(Math.abs(Number(time) - clock.now().getTime())).toBeLessThan(5000);
  expect(others).toEqual([5, 1000, true, day]);
});
