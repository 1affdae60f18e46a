import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { stages } from '../../lambdas/payment/stages.ts';
import { plantedBugs } from './planted/planted-bugs.ts';
import { type SimulationResult, simulate, simulateOutage } from './simulate.ts';
import { faultKinds } from './trouble/fault-kinds.ts';

/** Milliseconds; on an idle machine it takes seconds. */
const timeout = 240_000;

describe('two hundred seeds of trouble', () => {
  let result: SimulationResult;
  beforeAll(async () => {
    result = await simulate({ from: 1, seeds: 200 });
  }, timeout);

  test('break no promise', () => {
    expect(result.failures.map(({ transcript }) => transcript)).toEqual([]);
    expect(result.played.map(({ seed }) => seed)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  });

  test.each(faultKinds)('include the fault: %s', (kind) => {
    const times = result.played.reduce((sum, { faults }) => sum + (faults[kind] ?? 0), 0);
    expect(times).toBeGreaterThan(0);
  });

  test.each([
    ...stages.filter((stage) => !['created', 'in_progress', 'pending', 'ordered', 'part_captured'].includes(stage)), // on the way
    'charge SUCCESS',
    'charge UNAVAILABLE_PAYMENT_METHOD',
    'charge TOKEN_SUSPENDED',
    'capture SUCCESS',
    'capture CAPTURE_NOT_ALLOWED',
    'refund SUCCESS',
    'refund REFUND_NOT_ALLOWED',
    'cancellation SUCCESS',
    'cancellation CANCEL_NOT_ALLOWED',
    'release SUCCESS',
    'extension SUCCESS',
    'customer_token CREATE',
    'customer_token NOT_ALLOWED',
    'session NOT_ALLOWED',
    'session UNKNOWN_RESPONSE',
    'order SUCCESS',
    'order REJECTED',
  ])('end for some payment in: %s', (end) => {
    expect(result.played.flatMap(({ ends }) => ends)).toContain(end);
  });

  test('publish some thousand changes', () => {
    expect(result.played.reduce((sum, { published }) => sum + published, 0)).toBeGreaterThan(2000);
  });
});

describe('a seed', () => {
  test(
    'plays the same each time, whatever its thread played before',
    async () => {
      const [alone, later] = await Promise.all([
        simulate({ from: 12, seeds: 1, threads: 1 }),
        simulate({ from: 8, seeds: 5, threads: 1 }),
      ]);
      const [first] = alone.played;
      expect(first?.transcript.split('\n').length).toBeGreaterThan(10);
      expect(later.played.at(-1)).toEqual(first);
    },
    timeout,
  );

  test(
    'that fails has a short transcript, and the same one byte for byte when it is played again',
    async () => {
      const bug = plantedBugs.find(({ name }) => name.includes('another key each time')) ?? expect.fail();
      const { failures } = await simulate({ from: bug.seed, seeds: 2000, threads: 1, bug, stopAtFailure: true });
      const first = failures[0] ?? expect.fail();
      const again = await simulate({ from: first.seed, seeds: 1, bug });
      expect(again.failures[0]?.transcript).toBe(first.transcript);
      const lines = first.transcript.split('\n');
      expect(lines[0]).toBe(`seed ${first.seed}`);
      expect(lines.length).toBeLessThan(120);
      expect(lines.at(-1)).toMatch(/^ {2}broken: once per intent: /);
      expect(lines[1]).toMatch(/^ {2}\d\d:\d\d:\d\d\.\d{3} {2}(shopper|merchant|Klarna|fault|relay) +\S/);
    },
    timeout,
  );
});

test(
  'ten minutes without the receiver lose no change, and each is published soon after its task was due',
  async () => {
    const { changes, lost, longestDelay, longestWait, broken } = await simulateOutage();
    expect({ lost, broken }).toEqual({ lost: [], broken: [] });
    expect(changes).toBeGreaterThan(30);
    expect(longestWait).toBeLessThan(12 * 60_000); // without tasks it would be forever
    expect(longestDelay).toBeLessThan(65_000); // the schedule runs due tasks every minute
  },
  timeout,
);

describe('the command line', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [`${import.meta.dirname}/main.ts`, ...args], { encoding: 'utf8' });

  test('prints nothing but the figures as JSON to stdout, and its progress to stderr', () => {
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

  test('refuses a value that is not a number of seeds', () => {
    const { status, stdout, stderr } = run('--seeds', 'many');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--seeds: a whole number');
  });
});
