import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { simulate } from '../simulate.ts';
import { plantedBugs } from './planted-bugs.ts';

/** Milliseconds: two thousand seeds take a minute of one core, and the machine may be busy. */
const timeout = 300_000;

test.each(plantedBugs)('the code has exactly one place for the bug that $name', ({ file, replace }) => {
  const source = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  expect(source.split(replace)).toHaveLength(2);
});

/** Each bug runs in a thread of its own, in which the code has this bug and no other. */
test.each(plantedBugs)(
  'the simulation finds within 2,000 seeds that $name',
  async (bug) => {
    const { failures } = await simulate({ from: bug.seed, seeds: 2000, threads: 1, bug, stopAtFailure: true });
    expect(failures[0]?.transcript ?? 'every promise was kept').toContain('broken: ');
    expect(failures[0]?.transcript).not.toContain('broken: the run itself');
  },
  timeout,
);

test(
  'the same seeds break no promise without a bug',
  async () => {
    const seeds = [...new Set(plantedBugs.map(({ seed }) => seed))];
    const results = await Promise.all(seeds.map((from) => simulate({ from, seeds: 1, threads: 1 })));
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    expect(plantedBugs.length).toBeGreaterThanOrEqual(10);
  },
  timeout,
);
