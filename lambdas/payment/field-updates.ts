import type { Change } from './change.ts';
import { isSucceeded } from './claims.ts';
import { later } from './clocks.ts';
import { definedEntries, latestDated } from './facts.ts';
import { limits } from './limits.ts';
import type { HintedOrder, Outcome, Payment } from './payment.ts';
import type { OrderSnapshot, ReadTarget, Report } from './report.ts';

/** The order as it was read last. */
export const orderAfter = ({ order }: Payment, report: Report): OrderSnapshot | undefined =>
  latestRead(order, report.order);

/** The one whose read knew of more saves; of equal ones the later. */
function latestRead(a?: OrderSnapshot, b?: OrderSnapshot): OrderSnapshot | undefined {
  if (!a || !b || a.version === b.version) return latestDated(a, b);
  const newest = Math.max(a.version, b.version);
  return a.version === newest ? a : b;
}

/** True when both describe the order alike, whenever they were read. */
export const saysTheSame = (a?: OrderSnapshot, b?: OrderSnapshot): boolean =>
  JSON.stringify(definedEntries({ ...a, at: '', version: 0 })) ===
  JSON.stringify(definedEntries({ ...b, at: '', version: 0 }));

/**
 * The reads that are requested. A read that started before another was saved, and found another order than that one,
 * cannot tell which is newer: it requests one more. An order that becomes known is read, whoever names it; an operation
 * that names one reads it back itself.
 */
export function readRequestsAfter(payment: Payment, report: Report): Payment['readRequests'] {
  const isOrderDue = namesOrder(payment, report) || isOverlapping(payment, report);
  const requests = withRequest(payment, report.readRequest, report.observedAt);
  return isOrderDue ? withRequest({ ...payment, readRequests: requests }, 'order', report.observedAt) : requests;
}

function withRequest(
  { readRequests, version }: Payment,
  target: ReadTarget | undefined,
  observedAt: string,
): Payment['readRequests'] {
  if (!target) return readRequests;
  const held = readRequests[target];
  const request = { version: version + 1, at: latest(held?.at, observedAt) };
  return held?.version === request.version && held.at === request.at
    ? readRequests
    : { ...readRequests, [target]: request };
}

const namesOrder = ({ facts }: Payment, { facts: { order_id }, order, operation }: Report): boolean =>
  order_id !== undefined && facts.order_id === undefined && !order && !operation;

const latest = (a: string | undefined, b: string) => (a ? later(a, b) : b);

const isOverlapping = ({ order, lastReads }: Payment, { order: read }: Report): boolean =>
  read !== undefined && read.version < (lastReads.order?.savedIn ?? 0) && !saysTheSame(order, read);

/** The orders that notifications and pushes named. When there are too many, the oldest settled one is dropped first. */
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
  report.riskStop ? latest(riskStop, report.observedAt) : riskStop;

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
export function appendChange(
  payment: Payment,
  change: Omit<Change, 'id' | 'paymentId' | 'incarnation' | 'sequence'>,
): Payment {
  const { id: paymentId, incarnation, changes } = payment;
  const sequence = changes.length + 1;
  const id = `${paymentId}.${incarnation}.${sequence}`;
  return { ...payment, changes: [...changes, { id, paymentId, incarnation, sequence, ...change }] };
}

/** Remembers a report, so that its repeat is recognised. */
export function remember(payment: Payment, { id, source, word, at, observedAt }: Report, outcome: Outcome): Payment {
  const summary = { id, source, word, at, observedAt, outcome };
  return { ...payment, recentReports: [...payment.recentReports, summary].slice(-limits.recentReports) };
}
