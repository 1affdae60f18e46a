import { asQuestion, conflictsAfter } from './conflicts.ts';
import { contradicts, merge } from './facts.ts';
import {
  appendChange,
  hintedOrdersAfter,
  isRepeat,
  operationsAfter,
  orderAfter,
  readRequestsAfter,
  remember,
  riskStopAfter,
  saysTheSame,
  withReadNoted,
} from './field-updates.ts';
import { limits } from './limits.ts';
import type { Outcome, Payment } from './payment.ts';
import type { Report } from './report.ts';
import {
  isSecondEnd,
  reportedSession,
  reportedStage,
  type Session,
  sessionAfter,
  stageAfter,
} from './stage-updates.ts';
import { isEnd } from './stages.ts';
import { backoffsAfter } from './tasks/backoffs.ts';

/**
 * The law: what one report does to one payment. Any order and any repeats of the same reports end in the same stage,
 * session and facts. Returns the same object when there is nothing to keep.
 */
export function applyReport(payment: Payment, report: Report): [Payment, Outcome] {
  const before = withReadNoted(payment, report);
  if (isRepeat(payment, report)) return [repeated(before, report), 'duplicate'];
  if (isConflict(payment, report)) return [remember(keepConflict(before, report), report, 'conflict'), 'conflict'];
  const after: Payment = {
    ...before,
    stage: stageAfter(before, report),
    session: sessionAfter(before, report),
    order: orderAfter(before, report),
    facts: merge(before.facts, report.facts),
    readRequests: readRequestsAfter(payment, report),
    hintedOrders: hintedOrdersAfter(before, report),
    riskStop: riskStopAfter(before, report),
    backoffs: backoffsAfter(before, report),
    operations: operationsAfter(before, report),
  };
  const outcome = outcomeOf(before, after, report);
  if (outcome === 'duplicate') return [isKept(before, after) ? after : before, outcome];
  return [remember(publish({ before, after, report, outcome }), report, outcome), outcome];
}

/**
 * A repeat of a report that only requests a read requests it again: the last read may have been too early. The facts of
 * a second answer to an operation are kept, such as a session that was created twice.
 */
function repeated(before: Payment, report: Report): Payment {
  if (report.operation) {
    const facts = contradicts(before.facts, report.facts) ? before.facts : merge(before.facts, report.facts);
    return facts === before.facts ? before : { ...before, facts };
  }
  if (report.statement || !report.readRequest) return before;
  const readRequests = readRequestsAfter(before, report);
  return { ...before, readRequests, riskStop: riskStopAfter(before, report), backoffs: backoffsAfter(before, report) };
}

function isConflict(payment: Payment, report: Report): boolean {
  const unreachable = reportedStage(payment, report)?.comparison === 'unreachable';
  return (
    Boolean(report.doubt || unreachable) ||
    isSecondEnd(payment, reportedSession(report)) ||
    contradicts(payment.facts, report.facts)
  );
}

function outcomeOf(before: Payment, after: Payment, report: Report): Outcome {
  const session = reportedSession(report);
  if (report.operation || after.stage !== before.stage || isDecisionReversed(before, after)) return 'advanced';
  if (after.session?.word !== before.session?.word && session)
    return session.final || hasRoom(before) ? 'advanced' : 'unpublished';
  if (reportedStage(before, report)?.comparison === 'behind' || trails(before, session)) return 'late';
  return holdsNews(before, after) ? 'noted' : 'duplicate';
}

/**
 * A risk stop after capture moves no stage, but fulfilment must stop all the same. After an end only a rejection is
 * news.
 */
function isDecisionReversed({ stage, order }: Payment, after: Payment): boolean {
  const [held, decided] = [order?.fraud_status, after.order?.fraud_status];
  return Boolean(held && decided) && held !== decided && (!isEnd(stage) || decided === 'REJECTED');
}

const holdsNews = (before: Payment, after: Payment): boolean =>
  !saysTheSame(before.order, after.order) ||
  (['session', 'facts', 'readRequests', 'hintedOrders', 'riskStop'] as const).some(
    (field) => after[field] !== before[field],
  );

/** Something that is no news but must not be lost. */
const isKept = (before: Payment, after: Payment): boolean =>
  after.order !== before.order || after.backoffs !== before.backoffs;

const trails = ({ session: held }: Payment, reported: Session | undefined) =>
  reported && held && !reported.final && (held.final || reported.at < held.at);

/**
 * Stage moves, operations and final words are few and always published; other words only while the history has room.
 */
const hasRoom = ({ changes }: Payment) =>
  changes.filter(({ operation, attention }) => !operation && !attention).length < limits.changes;

function publish(step: { before: Payment; after: Payment; report: Report; outcome: Outcome }): Payment {
  const { before, after, report, outcome } = step;
  if (outcome !== 'advanced' || !report.statement) return after;
  const { pspStatus, meaning } = report.statement;
  return appendChange(after, {
    stage: { from: before.stage, to: after.stage },
    pspStatus,
    state: meaning.state,
    code: meaning.code,
    final: meaning.final,
    at: report.at,
    observedAt: report.observedAt,
    observedVia: report.source,
    verifiedBy: report.verifiedBy,
    ...(report.operation && { operation: report.operation }),
  });
}

/**
 * A conflict moves no stage and keeps no token. What Klarna shows of the order that we hold is kept all the same, and
 * so is the answer to an operation: otherwise we would ask for ever.
 */
function keepConflict(before: Payment, report: Report): Payment {
  const isOwnOrder = before.facts.order_id !== undefined && !report.doubt && !contradicts(before.facts, report.facts);
  const after: Payment = {
    ...before,
    order: isOwnOrder ? orderAfter(before, report) : before.order,
    operations: operationsAfter(before, report),
    hintedOrders: hintedOrdersAfter(before, report),
    conflicts: conflictsAfter(before, report),
    readRequests: report.read ? before.readRequests : readRequestsAfter(before, asQuestion(before, report)),
    backoffs: backoffsAfter(before, report),
  };
  return report.operation ? publish({ before, after, report, outcome: 'advanced' }) : after;
}
