import type { KlarnaError } from '../../klarna/client/klarna-error.ts';
import { doubtAbout, orderReport, type ReadTimes, sessionGone, sessionReport } from '../../klarna/inbound/readings.ts';
import { hours } from '../../payment/clocks.ts';
import { impliesOrder } from '../../payment/conflicts.ts';
import { withAuthorization } from '../../payment/facts.ts';
import type { Payment } from '../../payment/payment.ts';
import { nothingRecorded, type RecordResult, recordAll } from '../../payment/record.ts';
import type { Report } from '../../payment/report.ts';
import { sessionEnd } from '../../payment/tasks/session-tasks.ts';
import { usesAuthorization } from '../../payment/tasks/token-tasks.ts';
import { ask, askTimed } from '../ask-klarna.ts';
import { endsPayment } from '../operation-reports.ts';
import type { Ports, SealToken } from '../ports.ts';

export type ReadPorts = Ports & { sealToken: SealToken };

/**
 * Reads the hosted session and records what Klarna says. A session that is gone has ended the payment, unless Klarna
 * made an order of it.
 * @throws KlarnaError where the answer shows neither
 */
export async function readSession(ports: ReadPorts, payment: Payment): Promise<RecordResult> {
  const id = payment.facts.hpp_session_id;
  if (!id) return nothingRecorded(payment);
  const { answer, times } = await askTimed(ports, payment, () => ports.klarna(payment.account).readHostedSession(id));
  if ('error' in answer && !hasExpired(payment, answer.error, times)) throw answer.error;
  if ('error' in answer) return saveReports(ports, payment, await sessionGoneReport(ports, payment, times));
  const report = sessionReport(answer.value, times);
  const token = answer.value.authorization_token;
  const sealed = token && (await ports.sealToken({ payment: payment.id, token, at: report.at }));
  return saveReports(ports, payment, withAuthorization(report, sealed || undefined));
}

/** Klarna deletes a session at its end. A session that is missing earlier belongs to another region or merchant. */
const hasExpired = (payment: Payment, { status }: KlarnaError, { observedAt }: ReadTimes) =>
  status === 404 && (payment.facts.order_id || payment.session?.final || observedAt > sessionEnd(payment));

/** Applies these reports to a payment as it was read, in one save. */
export const saveReports = (
  { store }: Pick<ReadPorts, 'store'>,
  payment: Payment,
  ...reports: [Report, ...Report[]]
): Promise<RecordResult> => recordAll(store, { id: payment.id, known: payment }, reports);

/**
 * A session that is gone ends the payment, unless Klarna placed its order: then the shopper has paid. Once that is
 * known, a session that is gone proves nothing.
 */
async function sessionGoneReport(ports: ReadPorts, payment: Payment, times: ReadTimes): Promise<Report> {
  const gone: Report = { ...sessionGone(times), id: `session gone ${times.startedAt}` };
  const { statement, ...onlyRead } = gone;
  if (payment.facts.order_id || impliesOrder(payment)) return onlyRead;
  const placement = await readPlacement(ports, payment);
  if (placement === 'placed') return { ...onlyRead, word: 'complete', doubt: 'order_id' };
  if (payment.session?.final) return isLeftToKlarna(payment, placement) ? { ...onlyRead, ...expiry(gone) } : onlyRead;
  return placement === 'not placed' || wasWatched(payment) ? gone : onlyRead;
}

/** The session was completed, Klarna should have placed its order, and says that it did not. */
const isLeftToKlarna = ({ request }: Payment, placement: Placement) =>
  placement === 'not placed' && request !== undefined && !usesAuthorization(request);

const expiry = ({ statement, ...gone }: Report) => {
  const { word, statement: ended } = endsPayment('expired', gone);
  return { word, statement: ended };
};

/** Whether Klarna placed an order of the session; `unknown` once Klarna has forgotten it, or where its id is unknown. */
type Placement = 'placed' | 'not placed' | 'unknown';

/**
 * What the session of Klarna Payments shows, which outlives the hosted one by an hour.
 * @throws KlarnaError where Klarna does not answer
 */
export async function readPlacement(ports: Ports, { account, facts }: Payment): Promise<Placement> {
  const { kp_session_id } = facts;
  if (!kp_session_id) return 'unknown';
  const session = await ask(() => ports.klarna(account).readPaymentSession(kp_session_id));
  if ('value' in session) return session.value.status === 'complete' ? 'placed' : 'not placed';
  if (session.error.status !== 404) throw session.error;
  return 'unknown';
}

/** The session was seen without a final word shortly before its end. */
const wasWatched = (payment: Payment) =>
  Date.parse(sessionEnd(payment)) - Date.parse(payment.lastReads.session?.at ?? payment.openedAt) < 1.5 * hours;

/**
 * Reads the order that we know and records what Klarna says.
 * @throws KlarnaError where Klarna does not show it, as right after it was placed
 */
export async function readOrder(ports: ReadPorts, payment: Payment): Promise<RecordResult> {
  const id = payment.facts.order_id;
  if (!id) return nothingRecorded(payment);
  const { answer, times } = await askTimed(ports, payment, () => ports.klarna(payment.account).readOrder(id));
  if ('error' in answer) throw answer.error;
  return saveReports(ports, payment, orderReport(payment, answer.value, times));
}

/**
 * Reads an order that a notification or push named. It becomes the payment's order, or a second one: then the shopper
 * has paid twice. An order that names another payment is none of ours.
 * @throws KlarnaError where Klarna does not show it yet
 */
export async function readHintedOrder(ports: ReadPorts, payment: Payment, order_id: string): Promise<RecordResult> {
  const { answer, times } = await askTimed(ports, payment, () => ports.klarna(payment.account).readOrder(order_id));
  if ('error' in answer) throw answer.error;
  const isForeign = doubtAbout({ ...payment, order: undefined }, answer.value) === 'merchant_reference2';
  if (isForeign) return saveReports(ports, payment, foreignOrder(order_id, times));
  const { read, ...report } = orderReport(payment, answer.value, times);
  const isSecond = payment.facts.order_id !== undefined; // a read of it says nothing about our own order
  const settlesHint = { order_id, as: 'read' } as const;
  return saveReports(ports, payment, { ...report, ...(!isSecond && { read }), settlesHint });
}

const foreignOrder = (order_id: string, { startedAt, observedAt }: ReadTimes): Report => ({
  id: `foreign order ${order_id} ${startedAt}`,
  source: 'order_read',
  verifiedBy: 'read_back',
  at: observedAt,
  observedAt,
  facts: {},
  settlesHint: { order_id, as: 'foreign' },
});
