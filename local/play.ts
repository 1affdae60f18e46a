import { paymentId, type PaymentId } from '../lambdas/payment/payment-id.ts';
import { setTimeout as pause } from 'node:timers/promises';


import type { Relay } from './relay.ts';
import { localTarget } from '../stories/local-target.ts';
import { play, type PlayListener } from '../stories/play.ts';
import { wholeRoad } from '../stories/catalogue/whole-road.ts';

/** A payment id that no earlier run over the same data has used. */
export function freshPayment(prefix: string): PaymentId {
  const id = paymentId(`${prefix}-${Date.now().toString(36)}`);
  if (!id) throw new Error(`${prefix} begins no payment id`);
  return id;
}

const patience = 10_000;

/** Waits until everything written so far is published, but not for ever. */
export const quiet = (relay: Relay) => Promise.race([relay.settled(), pause(patience, undefined, { ref: false })]);

/** Plays the whole road to a relay that runs here; returns what did not go as written, nothing when all did. */
export async function playWholeRoad({ url }: Relay, listener: PlayListener): Promise<string[]> {
  return (await play(wholeRoad, await localTarget(url), listener)).problems;
}
