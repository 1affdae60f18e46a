import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atMost } from '../../local/cloud/dynamodb/turns.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import { catalogue, expectedChanges } from '../../stories/catalogue.ts';
import { localTarget } from '../../stories/local-target.ts';
import { type PlayResult, play } from '../../stories/play.ts';
import type { Story } from '../../stories/story.ts';
import { synthesisedOnce } from '../support/template.ts';

let relay: Relay;
const plays = new Map<string, PlayResult>();
const silent = { onAnswer: () => {}, onChange: () => {} };

/** Stories do not meet, so they are played side by side; those that move the clock have the run for themselves. */
beforeAll(async () => {
  relay = await startRelay({ template: await synthesisedOnce(), pace: 0.02 });
  const target = await localTarget(relay.url);
  const playOne = async (story: Story) => plays.set(story.name, await play(story, target, silent));
  const together = atMost(8);
  await Promise.all(catalogue.filter(({ needs }) => needs !== 'clock').map((story) => together(() => playOne(story))));
  for (const story of catalogue.filter(({ needs }) => needs === 'clock')) await playOne(story);
});
afterAll(() => relay.stop());

test('there are at least 25 stories, each under a name of its own and with a sentence', () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(25);
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  expect(catalogue.filter(({ name, summary }) => !/^[a-z-]+$/.test(name) || !/^[A-Z].*\.$/.test(summary))).toEqual([]);
});

describe('every story ends in exactly the documented changes', () => {
  test.each(catalogue.map((story) => ({ story, name: story.name })))('$name', ({ story, name }) => {
    const played = plays.get(name);
    expect(played?.problems).toEqual([]);
    expect(played?.published).toEqual(expectedChanges(story));
  });
});
