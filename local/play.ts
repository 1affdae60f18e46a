import { setTimeout as pause } from 'node:timers/promises';
import { paymentId } from '../lambdas/klarna/genuine.ts';
import type { PaymentId } from '../lambdas/payment/payment.ts';
import type { BusEvent } from './bus.ts';
import { changeCells, paymentOf } from './change-cells.ts';
import type { Relay } from './house.ts';
import { type Scene, type Stage, wholeRoad } from './story.ts';

/** What a play shows while it runs. */
export type Audience = {
  acted: (scene: Scene, answer: number) => void;
  published: (event: BusEvent) => void;
};

/** A payment id that no earlier run over the same data has used. */
export function freshPayment(prefix: string): PaymentId {
  const id = paymentId(`${prefix}-${Date.now().toString(36)}`);
  if (!id) throw new Error(`${prefix} begins no payment id`);
  return id;
}

const patience = 10_000;

/** Plays the story over HTTP; returns what did not go as written, nothing when all did. */
export async function play(relay: Relay, audience: Audience): Promise<string[]> {
  const stage: Stage = { relay };
  const before = relay.events().length;
  const problems: string[] = [];
  let complete = true; // what is missing once is not waited for again
  for (const scene of wholeRoad) {
    const shown = relay.events().length;
    const response = await scene.does(stage);
    await response.arrayBuffer();
    audience.acted(scene, response.status);
    if (response.status !== scene.answer)
      problems.push(`${scene.who} ${scene.tells}: answered ${response.status}, expected ${scene.answer}`);
    if (complete) complete = await published(relay, shown + scene.publishes.length);
    await quiet(relay);
    for (const event of relay.events().slice(shown)) audience.published(event);
  }
  const all = relay
    .events()
    .slice(before)
    .map((event) => [paymentOf(event), ...changeCells(event)].join(' '));
  const expected = wholeRoad.flatMap(({ publishes }) => publishes.map((cells) => [stage.payment, ...cells].join(' ')));
  return [...problems, ...differences(all, expected)];
}

/** Waits for so many changes, which another Klarna than the emulated one may take its time for; false when they do not come. */
async function published(relay: Relay, count: number): Promise<boolean> {
  const end = Date.now() + patience;
  while (relay.events().length < count && Date.now() < end) await pause(20);
  return relay.events().length >= count;
}

/** Waits until everything written so far is published, but not for ever. */
export const quiet = (relay: Relay) => Promise.race([relay.settled(), pause(patience, undefined, { ref: false })]);

function differences(published: string[], expected: string[]): string[] {
  const missing = expected.filter((line) => !published.includes(line)).map((line) => `missing: ${line}`);
  const others = published.filter((line) => !expected.includes(line)).map((line) => `unexpected: ${line}`);
  const alike = missing.length === 0 && others.length === 0;
  if (alike && published.join() !== expected.join()) return [`out of order or twice: ${published.join(' | ')}`];
  return [...missing, ...others];
}
