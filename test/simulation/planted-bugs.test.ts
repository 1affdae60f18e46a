import { expect, test } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';
import { simulate } from './simulate.ts';

/** Milliseconds: two thousand seeds take a minute of one core, and the machine may be busy. */
const patience = 300_000;

/** Each has a thread of its own, over the code with this one bug in it. */
test.each(plantedBugs)(
  'within 2,000 seeds it shows when $name',
  async (bug) => {
    const { failures } = await simulate({ from: bug.seed, seeds: 2000, threads: 1, bug, hasty: true });
    expect(failures[0]?.story ?? 'every promise was kept').toContain('broken: ');
    expect(failures[0]?.story).not.toContain('broken: the run itself');
  },
  patience,
);

test(
  'without a bug the same seeds break nothing',
  async () => {
    const seeds = [...new Set(plantedBugs.map(({ seed }) => seed))];
    const played = await Promise.all(seeds.map((from) => simulate({ from, seeds: 1, threads: 1 })));
    expect(played.flatMap(({ failures }) => failures)).toEqual([]);
    expect(plantedBugs.length).toBeGreaterThanOrEqual(10);
  },
  patience,
);
