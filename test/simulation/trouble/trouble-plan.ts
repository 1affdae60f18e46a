import type { Chance } from '../deterministic/chance.ts';

const hour = 3600_000;

/** The rough trouble of one run, decided before it begins. Most runs have none or one kind of it. */
export type TroublePlan = {
  /** By how many milliseconds at most the clock of a process may be ahead or behind. */
  clockOffset: number;
  /** How many days a payment is kept after its last change. */
  retentionDays: number;
  /** How long after its end of life DynamoDB deletes an item, milliseconds. */
  deletionLag: number;
  /** Parts that are down together for longer than a day, or for days. */
  longOutage: boolean;
  isRestored: boolean;
  newerVersion: 'none' | 'fields' | 'stage';
  manyCallbacks: 'none' | 'known payment' | 'callbacks alone';
  hasLargeBasket: boolean;
  /** The merchant's purchases and operations are spread over this time, milliseconds. */
  spread: number;
};

const calm: TroublePlan = {
  clockOffset: 0,
  retentionDays: 3 * 365,
  deletionLag: 0,
  longOutage: false,
  isRestored: false,
  newerVersion: 'none',
  manyCallbacks: 'none',
  hasLargeBasket: false,
  spread: 0,
};

export function troublePlan(chance: Chance, isCalm: boolean): TroublePlan {
  if (isCalm) return calm;
  const longOutage = chance.happens(0.08);
  return {
    clockOffset: chance.happens(0.3) ? chance.between(50, 1000) : 0,
    retentionDays: chance.happens(0.06) ? chance.between(7, 40) : calm.retentionDays,
    deletionLag: chance.pick([0, 2, 48]) * hour,
    longOutage,
    isRestored: chance.happens(0.04),
    newerVersion: chance.happens(0.08) ? chance.pick(['fields', 'fields', 'stage']) : 'none',
    manyCallbacks: chance.happens(0.06) ? chance.pick(['known payment', 'callbacks alone']) : 'none',
    hasLargeBasket: chance.happens(0.01),
    spread: longOutage ? chance.pick([3, 6, 26]) * hour : 0,
  };
}
