import type { KlarnaError } from '../../klarna/client/klarna-error.ts';
import { orderReport, type ReadTimes, sessionGone, sessionReport } from '../../klarna/inbound/readings.ts';
import { withAuthorization } from '../../payment/facts.ts';
import type { Payment } from '../../payment/payment.ts';
import { nothingRecorded, type RecordResult, recordAll } from '../../payment/record.ts';
import type { Report } from '../../payment/report.ts';
import { ask, askTimed } from '../ask-klarna.ts';
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
  const { answer, times } = await askTimed(ports, () => ports.klarna(payment.account).readHostedSession(id));
  if ('error' in answer && !hasExpired(payment, answer.error, times)) throw answer.error;
  if ('error' in answer) return saveReports(ports, payment, await sessionGoneReport(ports, payment, times));
  const report = sessionReport(answer.value, times);
  const token = answer.value.authorization_token;
  const sealed = token && (await ports.sealToken({ payment: payment.id, token, at: report.at }));
  return saveReports(ports, payment, withAuthorization(report, sealed || undefined));
}

/** Klarna deletes a session at its end. A session that is missing earlier belongs to another region or merchant. */
const hasExpired = ({ facts, session }: Payment, { status }: KlarnaError, { observedAt }: ReadTimes) =>
  status === 404 && (isDecided({ facts, session }) || observedAt > (facts.expires_at ?? ''));

const isDecided = ({ facts, session }: Pick<Payment, 'facts' | 'session'>) => Boolean(facts.order_id || session?.final);

/** Applies these reports to a payment as it was read, in one save. */
export const saveReports = (
  { store }: Pick<ReadPorts, 'store'>,
  payment: Payment,
  ...reports: [Report, ...Report[]]
): Promise<RecordResult> => recordAll(store, { id: payment.id, known: payment }, reports);

/**
 * The session of Klarna Payments outlives the hosted one by an hour; its status shows whether an order was placed. If
 * so, the shopper has paid although the hosted session is gone.
 */
async function sessionGoneReport(ports: ReadPorts, payment: Payment, times: ReadTimes): Promise<Report> {
  const expired: Report = { ...sessionGone(times), id: `session gone ${times.startedAt}` };
  const { statement, ...onlyRead } = expired;
  if (isDecided(payment)) return onlyRead;
  const { kp_session_id } = payment.facts;
  if (!kp_session_id) return expired;
  const session = await ask(() => ports.klarna(payment.account).readPaymentSession(kp_session_id));
  if ('error' in session && session.error.status !== 404) throw session.error;
  const isComplete = 'value' in session && session.value.status === 'complete';
  return isComplete ? { ...onlyRead, word: 'complete', doubt: 'order_id' } : expired;
}

/**
 * Reads the order that we know, or that a callback named, and records what Klarna says.
 * @throws KlarnaError where Klarna does not say; also where a known order is not found yet, as right after it was
 * placed
 */
export async function readOrder(ports: ReadPorts, payment: Payment): Promise<RecordResult> {
  const id = payment.facts.order_id ?? payment.hintedOrder?.order_id;
  if (!id) return nothingRecorded(payment);
  const { answer, times } = await askTimed(ports, () => ports.klarna(payment.account).readOrder(id));
  if ('value' in answer)
    return saveReports(
      ports,
      payment,
      orderReport(payment, answer.value, times),
      ...(await secondOrder(ports, payment)),
    );
  if (answer.error.status !== 404 || (payment.facts.order_id && !wasTriedOften(payment))) throw answer.error;
  return saveReports(ports, payment, orderNotFound(times));
}

/** A second order under this payment's name, which a push named since we last read: the shopper paid twice. */
async function secondOrder(ports: ReadPorts, payment: Payment): Promise<Report[]> {
  const { hintedOrder, facts, lastReads } = payment;
  if (!hintedOrder || !facts.order_id || hintedOrder.order_id === facts.order_id) return [];
  if (hintedOrder.observedAt < (lastReads.order ?? '')) return [];
  const { answer, times } = await askTimed(ports, () => ports.klarna(payment.account).readOrder(hintedOrder.order_id));
  const isOurs = 'value' in answer && answer.value.merchant_reference2 === payment.id;
  return isOurs ? [orderReport(payment, answer.value, times)] : [];
}

/** A new order may not be readable at once. After this many attempts it does not exist. */
const wasTriedOften = ({ backoff }: Payment) => (backoff?.count ?? 0) >= 6;

const orderNotFound = ({ startedAt, observedAt }: ReadTimes): Report => ({
  id: `order not found ${startedAt}`,
  source: 'order_read',
  verifiedBy: 'read_back',
  at: observedAt,
  observedAt,
  word: 'NO_SUCH_ORDER',
  facts: {},
  read: { target: 'order', startedAt },
});
