import { setTimeout } from 'node:timers/promises';

/**
 * Pauses after the `attempt`-th save in a row that was refused because another process saved first: at random up to
 * 20 ms, 40, 60 … so that twenty writers spread out and each gets through.
 */
export const pauseAfterRefusal = (attempt: number): Promise<unknown> => setTimeout(Math.random() * 20 * attempt);
