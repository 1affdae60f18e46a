import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { BusEvent } from '../local/cloud/bus.ts';
import { changeCells, paymentOf } from './change-cells.ts';
import { published } from './catalogue.ts';
import type { Scene, Stage, Story, Target } from './story.ts';

/** What a play shows while it runs. */
export type Audience = {
  acted: (scene: Scene, answer: number) => void;
  published: (event: BusEvent) => void;
};

export type Played = {
  payments: string[];
  answers: number[];
  /** What was published; undefined where nobody could see it. */
  published: string[][] | undefined;
  /** What did not go as documented; nothing when all did. */
  problems: string[];
};

/** Plays a story over HTTP. Where the target is a local run, every change that it publishes is compared. */
export async function play(story: Story, target: Target, audience: Audience): Promise<Played> {
  const stage: Stage = {
    target,
    began: (await target.local?.now()) ?? new Date(),
    session: randomUUID(),
    payments: [`${story.name}-${randomUUID().slice(0, 8)}`],
    hpp: '',
    customerToken: '',
  };
  const hearing = await listen(stage, audience);
  try {
    const { answers, problems } = await scenes(story, stage, { audience, heard: hearing.atLeast });
    const changes = await hearing.all();
    const all = [...problems, ...(changes ? differences(changes, published(story)) : [])];
    return { payments: stage.payments, answers, published: changes, problems: all };
  } finally {
    hearing.end();
  }
}

async function scenes(
  story: Story,
  stage: Stage,
  { audience, heard }: { audience: Audience; heard: (count: number) => Promise<void> },
) {
  const answers: number[] = [];
  const problems: string[] = [];
  let expected = 0;
  for (const scene of story.scenes) {
    const answer = await scene.does(stage);
    answers.push(answer);
    audience.acted(scene, answer);
    if (answer !== scene.answer)
      problems.push(`${scene.who} ${scene.tells}: answered ${answer}, expected ${scene.answer}`);
    expected += scene.publishes.length;
    if (scene.publishes.length > 0) await heard(expected);
  }
  return { answers, problems };
}

/** Milliseconds that a change may take from the bus to us. */
const patience = 1000;

/** Hears what is published about the payments of a stage, which may name a payment after it was first heard of. */
async function listen(stage: Stage, audience: Audience) {
  const { local } = stage.target;
  const ours = (event: BusEvent) => stage.payments.includes(paymentOf(event));
  let waiting: BusEvent[] = [];
  let count = 0;
  let wake = () => {};
  const sort = () => {
    const heard = waiting.filter(ours);
    waiting = waiting.filter((event) => !ours(event));
    count += heard.length;
    for (const event of heard) audience.published(event);
  };
  const ended = new AbortController();
  await local?.follow((event) => {
    waiting.push(event);
    wake();
  }, ended.signal);
  return {
    /** Resolves once there are so many changes, or when everything has settled without. */
    atLeast: async (wanted: number) => {
      if (!local) return;
      const without = local.settled().then(() => pause(patience, 'settled' as const, { ref: false }));
      for (sort(); count < wanted; sort()) {
        const more = new Promise<'more'>((resolve) => {
          wake = () => resolve('more');
        });
        if ((await Promise.race([without, more])) === 'settled') return;
      }
    },
    /** What was published in all; undefined where nobody can see it. */
    all: async () => {
      await local?.settled();
      const events = await local?.events();
      return events?.filter(ours).map(changeCells);
    },
    end: () => ended.abort(),
  };
}

function differences(changes: string[][], documented: string[][]): string[] {
  const [came, expected] = [changes.map((cells) => cells.join(' ')), documented.map((cells) => cells.join(' '))];
  const missing = expected.filter((line) => !came.includes(line)).map((line) => `missing: ${line}`);
  const others = came.filter((line) => !expected.includes(line)).map((line) => `unexpected: ${line}`);
  const alike = missing.length === 0 && others.length === 0;
  if (alike && came.join() !== expected.join()) return [`out of order or twice: ${came.join(' | ')}`];
  return [...missing, ...others];
}
