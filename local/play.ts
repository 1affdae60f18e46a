import { setTimeout as pause } from 'node:timers/promises';
import { type PaymentId, paymentId } from '../lambdas/payment/payment-id.ts';
import { wholeRoad } from '../stories/catalogue/whole-road.ts';
import { localTarget } from '../stories/local-target.ts';
import { type PlayListener, play } from '../stories/play.ts';
import type { Relay } from './relay.ts';

/** A payment id that no earlier run over the same data has used. */
export function freshPayment(prefix: string): PaymentId {
  const id = paymentId(`${prefix}-${Date.now().toString(36)}`);
  if (!id) throw new Error(`${prefix} cannot start a payment id`);
  return id;
}

const longestWait = 10_000;

/** Waits until everything stored so far is published, but at most ten seconds. */
export const waitUntilIdle = (relay: Relay) =>
  Promise.race([relay.idle(), pause(longestWait, undefined, { ref: false })]);

/** Plays the story `whole-road` to a relay of this process; returns every difference from the story as written. */
export async function playWholeRoad({ url }: Relay, listener: PlayListener): Promise<string[]> {
  return (await play(wholeRoad, await localTarget(url), listener)).problems;
}
