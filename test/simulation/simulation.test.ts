import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { stages } from '../../lambdas/payment/stages.ts';
import { faultKinds } from './faults.ts';
import { plantedBugs } from './planted-bugs.ts';
import { type Result, simulate, simulateOutage } from './simulate.ts';

/** Milliseconds; seconds on a machine that has nothing else to do. */
const patience = 240_000;

describe('two hundred seeds of trouble', () => {
  let result: Result;
  beforeAll(async () => {
    result = await simulate({ from: 1, seeds: 200 });
  }, patience);

  test('break no promise', () => {
    expect(result.failures.map(({ story }) => story)).toEqual([]);
    expect(result.played.map(({ seed }) => seed)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  });

  test.each(faultKinds)('had this: %s', (kind) => {
    const times = result.played.reduce((sum, { faults }) => sum + (faults[kind] ?? 0), 0);
    expect(times).toBeGreaterThan(0);
  });

  test.each([
    ...stages.filter((stage) => !['created', 'in_progress', 'pending', 'ordered'].includes(stage)), // no payment rests there
    'charge SUCCESS',
    'charge UNAVAILABLE_PAYMENT_METHOD',
    'capture SUCCESS',
    'capture CAPTURE_NOT_ALLOWED',
    'refund SUCCESS',
    'cancellation SUCCESS',
    'release SUCCESS',
    'extension SUCCESS',
    'customer_token CREATE',
    'order SUCCESS',
    'order REJECTED',
  ])('ended for somebody in: %s', (end) => {
    expect(result.played.flatMap(({ ends }) => ends)).toContain(end);
  });

  test('published some thousand changes', () => {
    expect(result.played.reduce((sum, { published }) => sum + published, 0)).toBeGreaterThan(2000);
  });
});

describe('a seed', () => {
  test(
    'goes the same each time, whatever its thread played before',
    async () => {
      const [alone, later] = await Promise.all([
        simulate({ from: 12, seeds: 1, threads: 1 }),
        simulate({ from: 8, seeds: 5, threads: 1 }),
      ]);
      const [first] = alone.played;
      expect(first?.story.split('\n').length).toBeGreaterThan(10);
      expect(later.played.at(-1)).toEqual(first);
    },
    patience,
  );

  test(
    'that fails tells a short story, and the same one again byte for byte',
    async () => {
      const bug = plantedBugs.find(({ name }) => name.includes('another key each time')) ?? expect.fail();
      const { failures } = await simulate({ from: bug.seed, seeds: 2000, threads: 1, bug, hasty: true });
      const first = failures[0] ?? expect.fail();
      const again = await simulate({ from: first.seed, seeds: 1, bug });
      expect(again.failures[0]?.story).toBe(first.story);
      const lines = first.story.split('\n');
      expect(lines[0]).toBe(`seed ${first.seed}`);
      expect(lines.length).toBeLessThan(120);
      expect(lines.at(-1)).toMatch(/^ {2}broken: once per wish: /);
      expect(lines[1]).toMatch(/^ {2}\d\d:\d\d:\d\d\.\d{3} {2}(shopper|merchant|Klarna|fault|relay) +\S/);
    },
    patience,
  );
});

test(
  'ten minutes without the receiver lose nothing, and every change is out within its duty’s time',
  async () => {
    const { changes, lost, longestDelay, longestWait, broken } = await simulateOutage();
    expect({ lost, broken }).toEqual({ lost: [], broken: [] });
    expect(changes).toBeGreaterThan(30);
    expect(longestWait).toBeLessThan(12 * 60_000); // had nobody looked, it would be never
    expect(longestDelay).toBeLessThan(65_000); // the schedule wakes duty each minute
  },
  patience,
);

describe('the command line', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [`${import.meta.dirname}/main.ts`, ...args], { encoding: 'utf8' });

  test('prints exactly the figures as JSON, and its progress elsewhere', () => {
    const { status, stdout, stderr } = run('--seeds', '4', '--json');
    const figures = JSON.parse(stdout);
    expect(Object.keys(figures)).toEqual([
      'seeds',
      'failures',
      'firstFailure',
      'faultsInjected',
      'changesPublished',
      'seconds',
    ]);
    expect(figures).toMatchObject({ seeds: 4, failures: 0, firstFailure: null });
    expect([status, stderr.includes('4 of 4 seeds')]).toEqual([0, true]);
  });

  test('refuses what is no number of seeds', () => {
    const { status, stdout, stderr } = run('--seeds', 'many');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--seeds: a whole number');
  });
});
