import { expect, test } from 'vitest';
import { findStory, listStories, playableStories } from '../../../cli/trigger/story-selection.ts';
import { columns } from '../../../cli/wrap.ts';
import { catalogue } from '../../../stories/catalogue.ts';

test('a local run can play every story, a deployment those that need nothing else', () => {
  expect(playableStories(undefined)).toEqual(catalogue);
  expect(new Set(playableStories('https://r.example').map(({ needs }) => needs))).toEqual(new Set(['nothing']));
});

test.each([
  { name: 'lat', base: undefined, message: 'no story lat; did you mean late' },
  { name: 'dance', base: undefined, message: 'no story dance' },
  { name: 'whole-road', base: 'https://r.example', message: 'whole-road needs the emulated Klarna' },
])('$name at $base is refused by name', ({ name, base, message }) => {
  expect(() => findStory(name, base)).toThrow(message);
});

test('as JSON the list has at least 25 stories, each with its name, its sentence and its documented changes', () => {
  const list = JSON.parse(listStories(true)) as Record<string, unknown>[];
  expect(list.length).toBeGreaterThanOrEqual(25);
  const keys = ['name', 'tells', 'needs', 'scenes', 'publishes'].sort();
  expect(list.filter((story) => Object.keys(story).sort().join() !== keys.join())).toEqual([]);
});

test('the list groups all stories by what they need, and fits a terminal', () => {
  const list = listStories(false);
  expect(list).toContain('For any relay\n  approved ');
  for (const { name } of catalogue) expect(list).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(list.split('\n').filter((line) => line.length > columns)).toEqual([]);
});
