import { contradicts, discardToken, merge } from './facts.ts';
import {
  appendChange,
  backoffAfter,
  hintedOrderAfter,
  isRepeat,
  operationsAfter,
  orderAfter,
  readRequestsAfter,
  reportedSession,
  reportedStage,
  type Session,
  saysTheSame,
  sessionAfter,
  stageAfter,
  withReadNoted,
} from './field-updates.ts';
import { limits } from './limits.ts';
import type { Outcome, Payment } from './payment.ts';
import type { Report } from './report.ts';
import { stepsFrom } from './stages.ts';

/**
 * The law: what one report does to one payment. Any order and any repeats of the same reports end in the same stage,
 * session and facts. Returns the same object when there is nothing to keep.
 */
export function applyReport(payment: Payment, report: Report): [Payment, Outcome] {
  const before = withReadNoted(payment, report);
  if (isRepeat(payment, report)) return [before, 'duplicate'];
  if (isConflict(payment, report)) {
    const withConflict = keepConflict(answerOperation(before, report), report);
    return [remember(withConflict, report, 'conflict'), 'conflict'];
  }
  const after: Payment = {
    ...before,
    stage: stageAfter(before, report),
    session: sessionAfter(before, report),
    order: orderAfter(before, report),
    facts: merge(before.facts, report.facts),
    readRequests: readRequestsAfter(before, report),
    hintedOrder: hintedOrderAfter(before, report),
    backoff: backoffAfter(before, report),
    operations: operationsAfter(before, report),
  };
  const outcome = outcomeOf(before, after, report);
  if (outcome === 'duplicate') return [after.order === before.order ? before : after, outcome];
  return [remember(publish({ before, after, report, outcome }), report, outcome), outcome];
}

function isConflict(payment: Payment, report: Report): boolean {
  const session = reportedSession(report);
  const twoEnds = session?.final && payment.session?.final && session.word !== payment.session.word;
  const unreachable = reportedStage(payment, report)?.comparison === 'unreachable';
  return (
    Boolean(report.doubt || twoEnds || unreachable) ||
    contradicts(payment.facts, report.facts) ||
    revives(payment, report)
  );
}

/** An order turns up after the payment ended without one: the shopper has paid, and the shop does not expect it. */
const revives = (payment: Payment, report: Report): boolean =>
  !report.operation && (isBehindAnEnd(payment, report) || outlivesItsSession(payment, report));

const isBehindAnEnd = (payment: Payment, report: Report) =>
  !payment.order &&
  report.order !== undefined &&
  stepsFrom(payment.stage).length === 0 &&
  reportedStage(payment, report)?.comparison === 'behind';

const outlivesItsSession = ({ stage, session, facts }: Payment, report: Report) =>
  stage === 'expired' && session?.final === true && !facts.order_id && report.facts.order_id !== undefined;

/** An operation keeps its answer even if the answer contradicts the payment. Otherwise we would ask for ever. */
function answerOperation(before: Payment, report: Report): Payment {
  if (!report.operation) return before;
  const after = { ...before, operations: operationsAfter(before, report) };
  return publish({ before, after, report, outcome: 'advanced' });
}

function outcomeOf(before: Payment, after: Payment, report: Report): Outcome {
  const session = reportedSession(report);
  if (report.operation || after.stage !== before.stage || isDecisionReversed(before, after)) return 'advanced';
  if (after.session?.word !== before.session?.word && session)
    return session.final || hasRoom(before) ? 'advanced' : 'unpublished';
  if (reportedStage(before, report)?.comparison === 'behind' || trails(before, session)) return 'late';
  return holdsNews(before, after) ? 'noted' : 'duplicate';
}

/** A risk stop after capture moves no stage, but fulfilment must stop all the same. */
function isDecisionReversed(before: Payment, after: Payment): boolean {
  const [held, reported] = [before.order?.fraud_status, after.order?.fraud_status];
  return Boolean(held && reported) && held !== reported;
}

const holdsNews = (before: Payment, after: Payment): boolean =>
  !saysTheSame(before.order, after.order) ||
  (['session', 'facts', 'readRequests', 'hintedOrder'] as const).some((field) => after[field] !== before[field]);

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

/** A conflict moves nothing and keeps no token. Klarna is asked what is true, unless this was its answer. */
function keepConflict(payment: Payment, report: Report): Payment {
  const readRequest = payment.facts.order_id ? 'order' : 'session';
  const authorizations = report.facts.authorizations?.map(discardToken);
  const kept = authorizations ? { ...report, facts: { ...report.facts, authorizations } } : report;
  return {
    ...payment,
    conflicts: [...payment.conflicts, kept].slice(0, limits.conflicts),
    readRequests: report.read ? payment.readRequests : readRequestsAfter(payment, { ...report, readRequest }),
  };
}

function remember(payment: Payment, { id, source, word, at, observedAt }: Report, outcome: Outcome): Payment {
  const summary = { id, source, word, at, observedAt, outcome };
  return { ...payment, recentReports: [...payment.recentReports, summary].slice(-limits.recentReports) };
}
