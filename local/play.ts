import { setTimeout as pause } from 'node:timers/promises';
import { paymentId } from '../lambdas/klarna/genuine.ts';
import type { PaymentId } from '../lambdas/payment/payment.ts';
import type { BusEvent } from './bus.ts';
import { changeCells, paymentOf } from './change-cells.ts';
import type { Relay } from './house.ts';
import { type Scene, shoppersStory } from './story.ts';

/** What a play shows while it runs. */
export type Audience = {
  sent: (scene: Scene, answer: number) => void;
  published: (event: BusEvent) => void;
};

/** A payment id that no earlier run over the same data has used. */
export function freshPayment(prefix: string): PaymentId {
  const id = paymentId(`${prefix}-${Date.now().toString(36)}`);
  if (!id) throw new Error(`${prefix} begins no payment id`);
  return id;
}

const patience = 10_000;

/** Plays the story by real callbacks; returns what did not go as written, nothing when all did. */
export async function play(relay: Relay, payment: PaymentId, audience: Audience): Promise<string[]> {
  const scenes = shoppersStory(new Date());
  const before = relay.events().length;
  const problems: string[] = [];
  for (const scene of scenes) {
    const shown = relay.events().length;
    const answer = await send(relay, payment, scene);
    audience.sent(scene, answer);
    if (answer !== scene.answer) problems.push(`${scene.tells}: answered ${answer}, expected ${scene.answer}`);
    await quiet(relay);
    for (const event of relay.events().slice(shown)) audience.published(event);
  }
  const published = relay
    .events()
    .slice(before)
    .map((event) => [paymentOf(event), ...changeCells(event)].join(' '));
  const expected = scenes.flatMap(({ publishes }) => publishes.map((cells) => [payment, ...cells].join(' ')));
  return [...problems, ...differences(published, expected)];
}

/** As Klarna sends: again after a second, up to three times, while the answer is a 5xx. */
async function send(relay: Relay, payment: PaymentId, scene: Scene, repeats = 3): Promise<number> {
  const url = relay.mint(scene.kind, payment);
  const stolen = relay.mint(scene.kind, freshPayment('another')).split('/').at(-1) ?? '';
  const response = await fetch(scene.forged ? url.replace(/[^/]+$/, stolen) : url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(scene.body),
    signal: AbortSignal.timeout(patience),
  });
  await response.arrayBuffer();
  if (response.status < 500 || repeats === 0) return response.status;
  await pause(1000);
  return send(relay, payment, scene, repeats - 1);
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
