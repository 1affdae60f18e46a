import fc from 'fast-check';
import type { Report } from '../../../lambdas/payment/report.ts';
import type { Stage } from '../../../lambdas/payment/stages.ts';
import {
  goneSession,
  operationResult,
  orderRead,
  readHint,
  refusedEnd,
  sessionRead,
  sessionUpdate,
  stageReport,
  tokenFacts,
  tokenSpent,
} from '../builders/reports.ts';

const order_id = 'order';
const [completed, cancelled, disabled, gone] = [
  sessionUpdate('COMPLETED', 10, tokenFacts('b', 10)),
  sessionUpdate('CANCELLED', 11),
  sessionUpdate('DISABLED', 12),
  goneSession(13),
];
const [rejected, expired] = [refusedEnd('rejected', 14), refusedEnd('expired', 15)];
const capture = { id: 'capture', kind: 'capture' } as const;

/** Reports that say nothing about how the payment ends. */
const early: Report[] = [
  sessionUpdate('IN_PROGRESS', 1, { hpp_session_id: 'hosted' }),
  sessionUpdate('FAILED', 2),
  sessionUpdate('MANUAL_ID_CHECK', 2),
  { ...stageReport('authorized', 3, { kp_session_id: 'session', ...tokenFacts('a', 3) }), id: 'token a' },
  stageReport('authorized', 9, tokenFacts('b', 9)),
  tokenSpent('a', 5),
  sessionRead(6),
  readHint('session', 4),
  readHint('order', 4, 'hinted'),
  { ...readHint('order', 7, order_id), riskStop: true },
  operationResult(capture, 'CAPTURE_NOT_ALLOWED', 7),
  operationResult(capture, 'SUCCESS', 8),
  { ...operationResult({ id: 'session', kind: 'session' }, 'SUCCESS', 1), facts: { hpp_session_id: 'hosted' } },
];

/** What may end a payment without an order. Our conclusions and a word of Klarna may come together. */
const ends: Report[][] = [
  [],
  [completed],
  [cancelled],
  [disabled],
  [gone],
  [completed, gone],
  [cancelled, gone],
  [disabled, gone],
  [rejected],
  [completed, rejected],
  [rejected, gone],
  [completed, rejected, gone],
  [completed, expired],
];

const decisionOf = (stage: Stage) => {
  if (stage === 'pending') return 'PENDING';
  return stage === 'rejected' ? 'REJECTED' : 'ACCEPTED';
};
const readsAlong = (...stages: Stage[]): Report[] =>
  stages.map((stage, n) => orderRead(stage, 20 + n, { order_id }, { fraud_status: decisionOf(stage) }));

/** The lives of an order. */
const lives: Report[][] = [
  readsAlong('pending', 'ordered', 'part_captured', 'captured', 'part_refunded', 'refunded'),
  readsAlong('pending', 'ordered', 'cancelled'),
  readsAlong('pending', 'rejected'),
  readsAlong('ordered', 'rejected', 'part_captured', 'captured'),
  readsAlong('ordered', 'expired'),
];

/** Reports that name the order without having read it. */
const completedWithOrder = sessionUpdate('COMPLETED', 17, { order_id });
const placed = { ...operationResult({ id: 'order', kind: 'order' }, 'SUCCESS', 16), facts: { order_id } };

const some = (pool: Report[], maxLength: number, minLength = 0) =>
  fc.shuffledSubarray(pool, { minLength, maxLength: Math.min(maxLength, pool.length) });

const unpaid = fc
  .tuple(some(early, 5), fc.constantFrom(...ends))
  .map(([before, end]) => [...end, ...before].slice(0, 6));
const paid = fc
  .tuple(
    fc.constantFrom(...lives).chain((life) => some(life, 3, 1)),
    fc.constantFrom(...ends, [completedWithOrder]),
    some([...early, placed], 3),
  )
  .map((parts) => parts.flat().slice(0, 6));

/** At most six reports that may all be true together, of every kind. */
export const trueSet = fc.oneof(unpaid, paid);

/** At most six reports of any kind, such as two ends, a second order and an order in doubt. */
export const anySet = some(
  [
    ...early,
    completedWithOrder,
    placed,
    completed,
    cancelled,
    disabled,
    gone,
    rejected,
    expired,
    ...readsAlong('pending', 'ordered', 'captured', 'refunded', 'cancelled', 'rejected', 'expired'),
    orderRead('ordered', 30, { order_id: 'second' }),
    stageReport('part_captured', 31, { order_id: 'third' }),
    { ...orderRead('ordered', 32, { order_id: 'doubtful' }), doubt: 'order_amount' },
    { ...stageReport('authorized', 33), id: 'unidentified', doubt: 'order_id' },
  ],
  6,
);
