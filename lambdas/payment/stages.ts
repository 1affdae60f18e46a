/** Where a payment stands. It moves along `next` only, never back; docs/states.md draws it. */
export type Stage = keyof typeof next;

/** How a reported stage lies to the one we hold. */
export type Judgement = 'ahead' | 'here' | 'behind' | 'apart';

/** The graph, direct steps only. Skipping steps is legal: a report may be the first that we hear. */
const next = {
  created: ['in_progress'],
  in_progress: ['authorized'],
  authorized: ['pending', 'disabled'], // a token in hand is not yet an order: the session may still be closed
  pending: ['ordered'],
  ordered: ['part_captured', 'cancelled', 'rejected'], // a fraud stop may reject what was accepted before
  part_captured: ['captured', 'expired'], // only what was never captured can expire
  captured: ['part_refunded'],
  part_refunded: ['refunded'],
  refunded: [],
  cancelled: [],
  rejected: [],
  expired: [],
  disabled: [],
} as const;

const reachable = (from: Stage): ReadonlySet<Stage> =>
  new Set(next[from].flatMap((step) => [step, ...reachable(step)]));

/** Every stage, in the order in which a payment that goes well meets them, its possible ends last. */
export const stages = Object.keys(next) as readonly Stage[];

/** The direct steps out of a stage; none means that the payment rests there. */
export const stepsFrom = (stage: Stage): readonly Stage[] => next[stage];

const ahead = Object.fromEntries(stages.map((stage) => [stage, reachable(stage)])) as Record<Stage, ReadonlySet<Stage>>;

/** `ahead` moves the payment, `behind` is old news, `apart` cannot be true together with what we hold. */
export function judge({ held, reported }: { held: Stage; reported: Stage }): Judgement {
  if (held === reported) return 'here';
  if (ahead[held].has(reported)) return 'ahead';
  return ahead[reported].has(held) ? 'behind' : 'apart';
}
