import { expect, test } from 'vitest';
import { isOlderThan, newIncarnation } from '../../../lambdas/aws/incarnation.ts';

const times = [0, 1, 35, 36, 36 ** 8 - 1, 36 ** 8, Date.UTC(2026, 10, 28), Date.UTC(5000, 0)].map((ms) => new Date(ms));

test('incarnations sort by the time when they were made, and differ within a millisecond', () => {
  const made = times.toSorted((a, b) => a.getTime() - b.getTime()).map(newIncarnation);
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made.map(({ length }) => length))).toEqual(new Set([13]));
  const [at = new Date()] = times;
  expect(new Set(Array.from({ length: 20 }, () => newIncarnation(at))).size).toBeGreaterThan(1);
});

test('an incarnation is older than a time after it, not than its own', () => {
  const at = new Date(Date.UTC(2026, 10, 28));
  expect(isOlderThan(newIncarnation(at), new Date(at.getTime() + 1))).toBe(true);
  expect(isOlderThan(newIncarnation(at), at)).toBe(false);
  expect(isOlderThan('0', at)).toBe(true);
});
