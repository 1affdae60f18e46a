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
  rejected: [],
  expired: [],
  disabled: [],
} as const;

const reachable = (from: Stage): ReadonlySet<Stage> =>
  new Set(next[from].flatMap((step) => [step, ...reachable(step)]));

/** Every stage: first those of a successful payment in their order, then the other ends. */
export const stages = Object.keys(next) as readonly Stage[];

/** The direct steps out of a stage; a stage without any is an end. */
export const stepsFrom = (stage: Stage): readonly Stage[] => next[stage];

const ahead = Object.fromEntries(stages.map((stage) => [stage, reachable(stage)])) as Record<Stage, ReadonlySet<Stage>>;

/** `ahead` moves the payment, `behind` is old news, `unreachable` cannot be true together with what we hold. */
export function compareStages({ held, reported }: { held: Stage; reported: Stage }): StageComparison {
  if (held === reported) return 'same';
  if (ahead[held].has(reported)) return 'ahead';
  return ahead[reported].has(held) ? 'behind' : 'unreachable';
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
