import { catalogue, storyJson } from '../../stories/catalogue.ts';
import type { Story } from '../../stories/story.ts';
import { toJson, unknownWord } from '../arguments.ts';
import { Misuse } from '../misuse.ts';
import { wrap } from '../wrap.ts';

/** The stories that a deployment can play, or without `base` a local run. */
export const playableStories = (base: string | undefined): Story[] =>
  catalogue.filter(({ needs }) => !base || needs === 'nothing');

/** @throws Misuse when there is no such story, or when a deployment cannot play it */
export function findStory(name: string, base: string | undefined): Story {
  const story = catalogue.find((each) => each.name === name);
  const names = catalogue.map((each) => each.name);
  if (!story) throw unknownWord('story', name, names);
  if (base && story.needs !== 'nothing')
    throw new Misuse(`${name} needs the emulated Klarna of a local run: leave out --base, and klarna-relay start`);
  return story;
}

const headings = {
  nothing: 'For any relay',
  klarna: "For a local run, with the shopper on the emulated Klarna's page",
  clock: 'For a local run, whose clock is moved forward',
};

/** All stories for a reader, by what they need; as JSON with their scenes and documented changes. */
export function listStories(json: boolean): string {
  if (json) return toJson(catalogue.map(storyJson));
  const widest = Math.max(...catalogue.map(({ name }) => name.length));
  const entry = ({ name, summary }: Story) => wrap(`  ${name.padEnd(widest)}  `, summary);
  const group = (needs: Story['needs']) => catalogue.filter((story) => story.needs === needs).map(entry);
  const groups = (['nothing', 'klarna', 'clock'] as const).map((needs) => [headings[needs], ...group(needs), '']);
  return groups.map((lines) => lines.join('\n')).join('\n');
}
