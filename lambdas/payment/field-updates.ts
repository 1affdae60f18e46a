import type { Change } from './change.ts';
import { isSucceeded } from './claims.ts';
import { definedEntries, latestDated } from './facts.ts';
import { limits } from './limits.ts';
import type { HintedOrder, Payment } from './payment.ts';
import type { OrderSnapshot, ReadTarget, Report } from './report.ts';
import { compareStages, isEnd, type Stage } from './stages.ts';

export type Session = NonNullable<Payment['session']>;

/** The reported stage and how it compares with the held one; undefined where the report moves no stage. */
export function reportedStage(payment: Payment, report: Report) {
  const reported = report.statement?.meaning.stage;
  if (!reported || isMoot(payment, report)) return undefined;
  return { reported, comparison: compareStages({ held: comparableStage(payment, report), reported }) };
}

/**
 * Once an order is known, what becomes of the session says nothing about the payment. Our own conclusion that a session
 * is gone says nothing against Klarna's final word. A decision about an order that has ended moves nothing.
 */
function isMoot({ stage, facts, session, order }: Payment, { statement, order: read }: Report): boolean {
  if (statement?.about === 'session')
    return facts.order_id !== undefined || (statement.pspStatus === gone && session?.final === true);
  return order !== undefined && read?.fraud_status === 'REJECTED' && statement?.meaning.stage === 'rejected' && isEnd(stage);
}

/** Our own word for a session that Klarna does not show any longer. */
const gone = 'NOT_FOUND';

/**
 * The held stage. An end without an order is left when an order turns up, and our conclusion that a session is gone
 * when Klarna says how it ended.
 */
function comparableStage({ stage, session, order }: Payment, { statement, order: read }: Report): Stage {
  if (read && !order && isEnd(stage)) return 'authorized';
  const wasGone = stage === 'expired' && session?.word === gone;
  return wasGone && statement?.about === 'session' && statement.meaning.final ? 'created' : stage;
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
 * A final word beats the others whatever its time, and Klarna's final word beats our conclusion that the session is
 * gone. A final word keeps the time of its first report; among the others the latest wins.
 */
function outranks(reported: Session, held: Session): boolean {
  if (reported.final !== held.final) return reported.final;
  if (reported.final && (reported.word === gone) !== (held.word === gone)) return held.word === gone;
  return reported.final ? reported.at < held.at : sortKey(reported) > sortKey(held);
}

const sortKey = ({ at, word }: Session) => `${at} ${word}`;

/** True when Klarna gave two different final words for one session. */
export const isSecondEnd = ({ session: held }: Payment, reported: Session | undefined): boolean =>
  Boolean(held?.final && reported?.final) && held?.word !== reported?.word && held?.word !== gone && reported?.word !== gone;

/** The order as it was read last. */
export const orderAfter = ({ order }: Payment, report: Report): OrderSnapshot | undefined =>
  latestRead(order, report.order);

/** The one whose read knew of more saves; of equal ones the later. */
const latestRead = (a?: OrderSnapshot, b?: OrderSnapshot) =>
  a && b && a.version !== b.version ? (a.version > b.version ? a : b) : latestDated(a, b);

/** True when both describe the order alike, whenever they were read. */
export const saysTheSame = (a?: OrderSnapshot, b?: OrderSnapshot): boolean =>
  JSON.stringify(definedEntries({ ...a, at: '', version: 0 })) ===
  JSON.stringify(definedEntries({ ...b, at: '', version: 0 }));

/**
 * The reads that are requested. A read that started before another was saved, and found another order than that one,
 * cannot tell which is newer: it requests one more.
 */
export function readRequestsAfter(payment: Payment, report: Report): Payment['readRequests'] {
  const { readRequests, version } = payment;
  const target: ReadTarget | undefined = report.readRequest ?? (isOverlapping(payment, report) ? 'order' : undefined);
  if (!target) return readRequests;
  const held = readRequests[target];
  const request = { version: version + 1, at: latest(held?.at, report.observedAt) };
  return held?.version === request.version && held.at === request.at
    ? readRequests
    : { ...readRequests, [target]: request };
}

const latest = (a = '', b = '') => (a > b ? a : b);

const isOverlapping = ({ order, lastReads }: Payment, { order: read }: Report): boolean =>
  read !== undefined && read.version < (lastReads.order?.savedIn ?? 0) && !saysTheSame(order, read);

/** The orders that notifications and pushes named. What became of one stays; the oldest settled one makes room. */
export function hintedOrdersAfter({ hintedOrders: held }: Payment, report: Report): HintedOrder[] {
  const { hintedOrderId: order_id, observedAt, settlesHint } = report;
  if (settlesHint)
    return held.map((hint) =>
      hint.order_id === settlesHint.order_id && !hint.result ? { ...hint, result: settlesHint.as } : hint,
    );
  const known = held.find((hint) => hint.order_id === order_id);
  if (!order_id || (known && known.observedAt <= observedAt)) return held;
  const all = known
    ? held.map((hint) => (hint === known ? { ...hint, observedAt } : hint))
    : [...held, { order_id, observedAt }];
  return all.sort((a, b) => hintKey(a).localeCompare(hintKey(b))).slice(-limits.hintedOrders);
}

const hintKey = ({ result, observedAt, order_id }: HintedOrder) => `${result ? 0 : 1} ${observedAt} ${order_id}`;

export const riskStopAfter = ({ riskStop }: Payment, report: Report): string | undefined =>
  report.riskStop && (riskStop ?? '') < report.observedAt ? report.observedAt : riskStop;

/** The result of an operation, stored with it. The result of an operation that we do not remember is kept as well. */
export function operationsAfter({ operations }: Payment, report: Report): Payment['operations'] {
  const { operation, statement, observedAt } = report;
  if (!operation || !statement) return operations;
  const { state, code } = statement.meaning;
  const result = { pspStatus: statement.pspStatus, state, code, at: observedAt };
  const known = operations.find(({ id }) => id === operation.id);
  const finished = { fingerprint: '', askedAt: observedAt, ...known, ...operation, result };
  return known ? operations.map((each) => (each === known ? finished : each)) : [...operations, finished];
}

/** Notes when Klarna was read. Returns the same object when the report is no read, or an older one. */
export function withReadNoted(payment: Payment, { read }: Report): Payment {
  if (!read) return payment;
  const held = payment.lastReads[read.target];
  const { version, startedAt } = read;
  if (held && held.version >= version && held.at >= startedAt) return payment;
  const last = {
    version: Math.max(version, held?.version ?? 0),
    at: latest(held?.at, startedAt),
    savedIn: payment.version + 1,
  };
  return { ...payment, lastReads: { ...payment.lastReads, [read.target]: last } };
}

/**
 * Reported before, or a result of an operation that has one. A success replaces a refusal: Klarna executed the
 * operation in the end.
 */
export const isRepeat = (payment: Payment, { id, operation, statement }: Report): boolean => {
  if (operation) {
    const known = payment.operations.find((each) => each.id === operation.id);
    return known?.result !== undefined && (isSucceeded(known) || statement?.meaning.state !== 'SUCCESS');
  }
  return payment.recentReports.some((report) => report.id === id);
};

/** The payment with one more change, under the next sequence and the id that follows from it. */
export function appendChange(payment: Payment, change: Omit<Change, 'id' | 'paymentId' | 'sequence'>): Payment {
  const { id, changes } = payment;
  const sequence = changes.length + 1;
  return { ...payment, changes: [...changes, { id: `${id}.${sequence}`, paymentId: id, sequence, ...change }] };
}
