import { expect, test } from 'vitest';
import { after, earlier, hours, later, minutes, systemClock } from '../../../lambdas/payment/clocks.ts';

const [noon, oneMinuteLater] = ['2026-11-22T12:00:00.000Z', '2026-11-22T12:01:00.000Z'];

test('a duration is added to a time, or subtracted from it', () => {
  expect(after(noon, minutes)).toBe(oneMinuteLater);
  expect(after(oneMinuteLater, -minutes)).toBe(noon);
  expect(after(noon, 13 * hours)).toBe('2026-11-23T01:00:00.000Z');
});

test('of two times the later and the earlier one are found in either order', () => {
  expect([later(noon, oneMinuteLater), later(oneMinuteLater, noon)]).toEqual([oneMinuteLater, oneMinuteLater]);
  expect([earlier(noon, oneMinuteLater), earlier(oneMinuteLater, noon)]).toEqual([noon, noon]);
});

test('times in another time zone or without milliseconds are compared as times, and written as UTC', () => {
  expect(later('2026-11-22T13:01:00+01:00', noon)).toBe(oneMinuteLater);
  expect(earlier('2026-11-22T13:00:00+01:00', oneMinuteLater)).toBe(noon);
  expect(later(noon, '2026-11-22T12:01:00Z')).toBe(oneMinuteLater);
});

test('the system clock gives the current time at every call', () => {
  const before = Date.now();
  const now = systemClock().getTime();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
