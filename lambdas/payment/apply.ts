import { contradicts, gone, merge } from './facts.ts';
import { type Change, limits, type Outcome, type Payment, type Report } from './payment.ts';
import {
  answered,
  hintedAfter,
  isRepeat,
  looksAfter,
  operationsAfter,
  orderAfter,
  type Session,
  saysTheSame,
  sessionAfter,
  sessionTold,
  setbacksAfter,
  stageAfter,
  stageTold,
} from './field-updates.ts';
import { stepsFrom } from './stages.ts';

/**
 * The law: what one telling does to one payment. Any order and any repeats of the same tellings end in the same
 * stage, session and facts. The payment itself comes back, the very object, when there is nothing to keep.
 */
export function hear(payment: Payment, report: Report): [Payment, Outcome] {
  const before = answered(payment, report);
  if (isRepeat(payment, report)) return [before, 'duplicate'];
  if (isConflict(payment, report)) {
    const apart = keepApart(answeredAll(before, report), report);
    return [remember(apart, report, 'conflict'), 'conflict'];
  }
  const after: Payment = {
    ...before,
    stage: stageAfter(before, report),
    session: sessionAfter(before, report),
    order: orderAfter(before, report),
    facts: merge(before.facts, report.facts),
    looks: looksAfter(before, report),
    hinted: hintedAfter(before, report),
    setbacks: setbacksAfter(before, report),
    operations: operationsAfter(before, report),
  };
  const outcome = weigh(before, after, report);
  if (outcome === 'duplicate') return [after.order === before.order ? before : after, outcome];
  return [remember(keep({ before, after, report, outcome }), report, outcome), outcome];
}

type Move = { before: Payment; after: Payment; report: Report; outcome: Outcome };

function isConflict(payment: Payment, report: Report): boolean {
  const told = sessionTold(report);
  const twoEnds = told?.final && payment.session?.final && told.word !== payment.session.word;
  const apart = stageTold(payment, report)?.lies === 'apart';
  return (
    Boolean(report.doubt || twoEnds || apart) || contradicts(payment.facts, report.facts) || revives(payment, report)
  );
}

/** An order turns up after the payment came to its end without one: somebody has paid, and nobody expects it. */
const revives = (payment: Payment, report: Report): boolean =>
  !report.operation && (isBehindAnEnd(payment, report) || outlivesItsSession(payment, report));

const isBehindAnEnd = (payment: Payment, report: Report) =>
  !payment.order &&
  report.order !== undefined &&
  stepsFrom(payment.stage).length === 0 &&
  stageTold(payment, report)?.lies === 'behind';

const outlivesItsSession = ({ stage, session, facts }: Payment, report: Report) =>
  stage === 'expired' && session?.final === true && !facts.order_id && report.facts.order_id !== undefined;

/** An operation has its answer, though what comes with it contradicts what we hold: otherwise it would be asked for ever. */
function answeredAll(before: Payment, report: Report): Payment {
  if (!report.operation) return before;
  const after = { ...before, operations: operationsAfter(before, report) };
  return keep({ before, after, report, outcome: 'advanced' });
}

function weigh(before: Payment, after: Payment, report: Report): Outcome {
  const told = sessionTold(report);
  if (report.operation || after.stage !== before.stage || isDecidedAnew(before, after)) return 'advanced';
  if (after.session?.word !== before.session?.word && told)
    return told.final || hasRoom(before) ? 'advanced' : 'unpublished';
  if (stageTold(before, report)?.lies === 'behind' || trails(before, told)) return 'late';
  return learned(before, after) ? 'noted' : 'duplicate';
}

/** Risk stops what was captured before: that moves no stage, and fulfilment has to stop all the same. */
function isDecidedAnew(before: Payment, after: Payment): boolean {
  const [held, told] = [decisionOf(before), decisionOf(after)];
  return Boolean(held && told) && held !== told;
}

const decisionOf = ({ order }: Payment) => order?.fraud_status;

const learned = (before: Payment, after: Payment): boolean =>
  !saysTheSame(before.order, after.order) ||
  (['session', 'facts', 'looks', 'hinted'] as const).some((kept) => after[kept] !== before[kept]);

const trails = ({ session: held }: Payment, told: Session | undefined) =>
  told && held && !told.final && (held.final || told.at < held.at);

/** Stage moves, operations and final words are always published, there are few of them; other words while the history has room. */
const hasRoom = ({ changes }: Payment) =>
  changes.filter(({ operation, attention }) => !operation && !attention).length < limits.changes;

function keep({ before, after, report, outcome }: Move): Payment {
  if (outcome === 'unpublished') return { ...after, unpublished: after.unpublished + 1 };
  if (outcome !== 'advanced' || !report.says) return after;
  const { pspStatus, means } = report.says;
  const { state, code, final } = means;
  const sequence = before.changes.length + 1;
  const change: Change = {
    id: `${before.id}.${sequence}`,
    paymentId: before.id,
    sequence,
    stage: { from: before.stage, to: after.stage },
    pspStatus,
    state,
    code,
    final,
    at: report.at,
    observedAt: report.heardAt,
    observedVia: report.source,
    verifiedBy: report.verifiedBy,
    ...(report.operation && { operation: report.operation }),
  };
  return { ...after, changes: [...after.changes, change] };
}

/** A contradiction moves nothing and keeps no token; Klarna is asked what is true, unless this was its answer. */
function keepApart(payment: Payment, report: Report): Payment {
  const look = payment.facts.order_id ? 'order' : 'session';
  const authorizations = report.facts.authorizations?.map(gone);
  const kept = authorizations ? { ...report, facts: { ...report.facts, authorizations } } : report;
  return {
    ...payment,
    conflicts: [...payment.conflicts, kept].slice(0, limits.conflicts),
    looks: report.read ? payment.looks : looksAfter(payment, { ...report, look }),
  };
}

function remember(payment: Payment, { id, source, word, at, heardAt }: Report, outcome: Outcome): Payment {
  return { ...payment, heard: [...payment.heard, { id, source, word, at, heardAt, outcome }].slice(-limits.heard) };
}
