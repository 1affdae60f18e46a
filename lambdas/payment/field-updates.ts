import type { Change } from './change.ts';
import { isAnswered } from './claims.ts';
import { definedEntries, latestDated } from './facts.ts';
import type { Payment } from './payment.ts';
import type { OrderSnapshot, Report } from './report.ts';
import { compareStages } from './stages.ts';

export type Session = NonNullable<Payment['session']>;

/** The reported stage and how it compares with the held one; undefined where the word moves no payment. */
export function reportedStage({ stage: held }: Payment, { statement }: Report) {
  const reported = statement?.meaning.stage;
  return reported && { reported, comparison: compareStages({ held, reported }) };
}

export function stageAfter(payment: Payment, report: Report) {
  const stage = reportedStage(payment, report);
  return stage?.comparison === 'ahead' ? stage.reported : payment.stage;
}

export const reportedSession = ({ statement, at }: Report): Session | undefined =>
  statement?.about === 'session' ? { word: statement.pspStatus, at, final: statement.meaning.final } : undefined;

export function sessionAfter({ session: held }: Payment, report: Report): Session | undefined {
  const reported = reportedSession(report);
  if (!held || !reported) return reported ?? held;
  return outranks(reported, held) ? reported : held;
}

/**
 * A final word beats the others whatever its time, and keeps the time of its first report; among the others the latest
 * wins.
 */
function outranks(reported: Session, held: Session): boolean {
  if (reported.final !== held.final) return reported.final;
  return reported.final ? reported.at < held.at : sortKey(reported) > sortKey(held);
}

const sortKey = ({ at, word }: Session) => `${at} ${word}`;

/** The order as it was read last. */
export const orderAfter = ({ order }: Payment, report: Report): OrderSnapshot | undefined =>
  latestDated(order, report.order);

/** True when both describe the order alike, whenever they were read. */
export const saysTheSame = (a?: OrderSnapshot, b?: OrderSnapshot): boolean =>
  JSON.stringify(definedEntries({ ...a, at: '' })) === JSON.stringify(definedEntries({ ...b, at: '' }));

export function readRequestsAfter(
  { readRequests }: Payment,
  { readRequest, observedAt }: Report,
): Payment['readRequests'] {
  if (!readRequest || (readRequests[readRequest] ?? '') >= observedAt) return readRequests;
  return { ...readRequests, [readRequest]: observedAt };
}

export function hintedOrderAfter(
  { hintedOrder: held }: Payment,
  { hintedOrderId, observedAt }: Report,
): Payment['hintedOrder'] {
  const hint = hintedOrderId && { order_id: hintedOrderId, observedAt };
  return hint && (!held || `${observedAt} ${hintedOrderId}` > `${held.observedAt} ${held.order_id}`) ? hint : held;
}

/** A new token lives for an hour only: it ends a pause. */
export const backoffAfter = ({ facts, backoff }: Payment, report: Report): Payment['backoff'] =>
  report.facts.authorizations?.some(
    ({ sealed, fingerprint }) => sealed && !facts.authorizations?.some((held) => held.fingerprint === fingerprint),
  )
    ? undefined
    : backoff;

/** Klarna's answer, stored with its operation. An answer to an operation that we do not remember is kept as well. */
export function operationsAfter({ operations }: Payment, report: Report): Payment['operations'] {
  const { operation, statement, observedAt } = report;
  if (!operation || !statement) return operations;
  const { state, code } = statement.meaning;
  const result = { pspStatus: statement.pspStatus, state, code, at: observedAt };
  const known = operations.find(({ id }) => id === operation.id);
  const finished = { fingerprint: '', askedAt: observedAt, ...known, ...operation, result };
  return known ? operations.map((each) => (each === known ? finished : each)) : [...operations, finished];
}

/** Notes when Klarna was read and that it answered. Returns the same object when the report is no answer to us. */
export function withReadNoted(payment: Payment, { read, verifiedBy }: Report): Payment {
  const answered = verifiedBy === 'read_back' && payment.backoff ? { ...payment, backoff: undefined } : payment;
  if (!read || (payment.lastReads[read.target] ?? '') >= read.startedAt) return answered;
  return { ...answered, lastReads: { ...payment.lastReads, [read.target]: read.startedAt } };
}

/** Reported before, or an answer to an operation that is already answered. */
export const isRepeat = (payment: Payment, { id, operation }: Report): boolean =>
  payment.recentReports.some((report) => report.id === id) ||
  (operation !== undefined && isAnswered(payment, operation.id));

/** The payment with one more change, under the next sequence and the id that follows from it. */
export function appendChange(
  payment: Payment,
  change: Omit<Change, 'id' | 'paymentId' | 'incarnation' | 'sequence'>,
): Payment {
  const { id: paymentId, incarnation, changes } = payment;
  const sequence = changes.length + 1;
  const id = `${paymentId}.${incarnation}.${sequence}`;
  return { ...payment, changes: [...changes, { id, paymentId, incarnation, sequence, ...change }] };
}
