import { randomUUID } from 'node:crypto';
import type { BusEvent } from './bus-event.ts';
import { expectedChanges } from './catalogue.ts';
import type { ChangeRow } from './change-row.ts';
import { followChanges } from './follow-changes.ts';
import type { Scene, Story, StoryRun, StoryTarget } from './story.ts';

/** Receives what happens while a story is played. */
export type PlayListener = {
  onAnswer: (scene: Scene, answer: number) => void;
  onChange: (event: BusEvent) => void;
};

export type PlayResult = {
  payments: string[];
  answers: number[];
  /** The published changes; undefined where the target's events cannot be read. */
  published: ChangeRow[] | undefined;
  /** Differences from the documented answers and changes. */
  problems: string[];
};

/** Plays a story over HTTP. Against a local run it also compares every published change. */
export async function play(story: Story, target: StoryTarget, listener: PlayListener): Promise<PlayResult> {
  const run: StoryRun = {
    target,
    startedAt: (await target.local?.now()) ?? new Date(),
    session: randomUUID(),
    payments: [`${story.name}-${randomUUID().slice(0, 8)}`],
    hostedSession: '',
    customerToken: '',
  };
  const changes = await followChanges(run, listener.onChange);
  try {
    const answers: number[] = [];
    let expected = 0;
    for (const scene of story.scenes) {
      const answer = await scene.act(run);
      answers.push(answer);
      listener.onAnswer(scene, answer);
      expected += scene.publishes.length;
      if (scene.publishes.length > 0) await changes.atLeast(expected);
    }
    const published = await changes.all();
    const problems = [
      ...wrongAnswers(story, answers),
      ...(published ? wrongChanges(published, expectedChanges(story)) : []),
    ];
    return { payments: run.payments, answers, published, problems };
  } finally {
    changes.stop();
  }
}

const wrongAnswers = ({ scenes }: Story, answers: number[]): string[] =>
  scenes.flatMap(({ actor, action, answer }, index) =>
    answers[index] === answer ? [] : [`${actor} ${action}: answered ${answers[index]}, expected ${answer}`],
  );

function wrongChanges(published: ChangeRow[], documented: ChangeRow[]): string[] {
  const [actual, expected] = [published.map((row) => row.join(' ')), documented.map((row) => row.join(' '))];
  const missing = expected.filter((change) => !actual.includes(change)).map((change) => `missing: ${change}`);
  const unexpected = actual.filter((change) => !expected.includes(change)).map((change) => `unexpected: ${change}`);
  const isSameSet = missing.length === 0 && unexpected.length === 0;
  if (isSameSet && actual.join() !== expected.join()) return [`out of order or repeated: ${actual.join(' | ')}`];
  return [...missing, ...unexpected];
}
