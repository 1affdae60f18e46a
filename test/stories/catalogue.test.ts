import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atMost } from '../../local/cloud/dynamodb/turns.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import { catalogue, expectedChanges, storyJson } from '../../stories/catalogue.ts';
import { localTarget } from '../../stories/local-target.ts';
import { type PlayResult, play } from '../../stories/play.ts';
import type { Story } from '../../stories/story.ts';
import { synthesisedOnce } from '../support/engines/template.ts';

let relay: Relay;
const playResults = new Map<string, PlayResult>();
const silent = { onAnswer: () => {}, onChange: () => {} };

/** Stories do not share payments, so they are played side by side, except those that move the clock. */
beforeAll(async () => {
  relay = await startRelay({ template: await synthesisedOnce(), pace: 0.02 });
  const target = await localTarget(relay.url);
  const playOne = async (story: Story) => playResults.set(story.name, await play(story, target, silent));
  const eightAtOnce = atMost(8);
  const [withClock, others] = [
    catalogue.filter(({ needs }) => needs === 'clock'),
    catalogue.filter(({ needs }) => needs !== 'clock'),
  ];
  await Promise.all(others.map((story) => eightAtOnce(() => playOne(story))));
  for (const story of withClock) await playOne(story);
});
afterAll(() => relay.stop());

describe('every story ends in exactly the documented changes', () => {
  test.each(catalogue.map((story) => ({ story, name: story.name })))('$name', ({ story, name }) => {
    const result = playResults.get(name);
    expect(result?.problems).toEqual([]);
    expect(result?.published).toEqual(expectedChanges(story));
  });
});

test('there are at least 25 stories, each with a name of its own and a sentence', () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(25);
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  expect(catalogue.filter(({ name, summary }) => !/^[a-z-]+$/.test(name) || !/^[A-Z].*\.$/.test(summary))).toEqual([]);
});

test('a summary fits into 80 columns of `trigger --list`, after the longest name', () => {
  const longest = Math.max(...catalogue.map(({ name }) => name.length));
  const tooWide = catalogue.filter(({ summary }) => `  ${'x'.repeat(longest)}  ${summary}`.length > 80);
  expect(tooWide.map(({ name }) => name)).toEqual([]);
});

test('an action fits into 80 columns of the terminal, between time and actor and the answer', () => {
  const actions = catalogue.flatMap(({ scenes }) => scenes.map(({ action }) => action));
  expect(actions.filter((action) => `   0.00 s  → merchant  ${action}  200`.length > 80)).toEqual([]);
});

test('the changes of each payment of a story are numbered from 1 without gaps', () => {
  const numbers = catalogue.map((story) =>
    expectedChanges(story).map(([, sequence = '']) => Number(sequence.slice(1))),
  );
  const isNext = (number: number, previous = 0) => number === 1 || number === previous + 1;
  expect(numbers.filter((each) => !each.every((number, index) => isNext(number, each[index - 1])))).toEqual([]);
});

test('the JSON of a story keeps the names that scripts rely on', () => {
  const story = catalogue.find(({ name }) => name === 'declined') ?? expect.fail();
  const inProgress = ['Payment Stage Changed', '#1', 'IN_PROGRESS', 'WAITING/SUCCEEDED', 'created → in_progress'];
  const failed = ['Payment Status Changed', '#2', 'FAILED', 'ERROR/FAILED', 'in_progress'];
  expect(storyJson(story)).toEqual({
    name: 'declined',
    tells: story.summary,
    needs: 'nothing',
    scenes: [
      { who: 'Klarna', tells: 'status_update: IN_PROGRESS', answer: 200, publishes: [inProgress] },
      { who: 'Klarna', tells: 'status_update: FAILED', answer: 200, publishes: [failed] },
    ],
    publishes: [inProgress, failed],
  });
});
