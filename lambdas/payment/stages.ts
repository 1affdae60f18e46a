/** Where a payment stands. It moves along `next` only, never back; docs/states.md draws it. */
export type Stage = keyof typeof next;

/** How a reported stage compares with the one we hold. */
export type StageComparison = 'ahead' | 'same' | 'behind' | 'unreachable';

/** The graph, direct steps only. Skipping steps is legal: the first report that reaches us may come from any stage. */
const next = {
  created: ['in_progress'],
  in_progress: ['authorized'],
  authorized: ['pending', 'disabled'], // an authorization is not yet an order: the session may still be closed
  pending: ['ordered'],
  ordered: ['part_captured', 'cancelled', 'rejected'], // a fraud stop may reject what was accepted before
  part_captured: ['captured', 'expired'], // only what was never captured can expire
  captured: ['part_refunded'],
  part_refunded: ['refunded'],
  refunded: [],
  cancelled: [],
  rejected: ['part_captured'], // Klarna lets a merchant capture a rejected order at his own risk
  expired: [],
  disabled: [],
} as const;

const reachable = (from: Stage): ReadonlySet<Stage> =>
  new Set(next[from].flatMap((step) => [step, ...reachable(step)]));

/** Every stage: first those of a successful payment in their order, then the other ends. */
export const stages = Object.keys(next) as readonly Stage[];

/** The direct steps out of a stage. */
export const stepsFrom = (stage: Stage): readonly Stage[] => next[stage];

const ends: ReadonlySet<Stage> = new Set(['refunded', 'cancelled', 'rejected', 'expired', 'disabled']);

/** True where nothing more is expected. What may happen all the same: docs/states.md. */
export const isEnd = (stage: Stage): boolean => ends.has(stage);

const ahead = new Map<string, ReadonlySet<string>>(stages.map((stage) => [stage, reachable(stage)]));

/**
 * `ahead` moves the payment, `behind` is old news, `unreachable` cannot be true together with what we hold. A stage that
 * only a newer version of this code knows is unreachable.
 */
export function compareStages({ held, reported }: { held: Stage; reported: Stage }): StageComparison {
  if (held === reported) return 'same';
  if (ahead.get(held)?.has(reported)) return 'ahead';
  return ahead.get(reported)?.has(held) ? 'behind' : 'unreachable';
}

export const states = ['SUCCESS', 'WAITING', 'ERROR'] as const;
export const codes = ['SUCCEEDED', 'FAILED', 'BAD_REQUEST'] as const;

/** What one of Klarna's words means: a row of the status table. Without `stage` the word moves no payment. */
export type Meaning = {
  state: (typeof states)[number];
  code: (typeof codes)[number];
  /** True when no other word can follow in this session. */
  final: boolean;
  stage?: Stage;
};
