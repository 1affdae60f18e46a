import type { Report } from '../../payment/report.ts';
import type { HostedSession } from '../../klarna/client/answers.ts';
import type { KlarnaError } from '../../klarna/client/klarna-error.ts';
import { type ReadTimes, orderReport, sessionGone, sessionReport } from '../../klarna/inbound/readings.ts';
import type { Outcome, Payment } from '../../payment/payment.ts';
import { record, recordAll } from '../../payment/record.ts';
import { ask, askTimed } from '../ask-klarna.ts';
import type { Ports, SealToken } from '../ports.ts';

export type ReadPorts = Ports & { sealToken: SealToken };

/**
 * Reads the hosted session and records what Klarna says; one that is gone has ended the payment, unless Klarna made an order of it.
 * @throws KlarnaError where Klarna says neither
 */
export async function readSession(ports: ReadPorts, payment: Payment): Promise<Outcome> {
  const id = payment.facts.hpp_session_id;
  if (!id) return 'duplicate';
  const { answer, times } = await askTimed(ports, () => ports.klarna(payment.account).readHostedSession(id));
  if ('error' in answer && !hasRunOut(payment, answer.error, times)) throw answer.error;
  const report =
    'value' in answer ? await believed(ports, payment, answer.value, times) : await gone(ports, payment, times);
  return recorded(ports, payment, report);
}

/** Klarna forgets a session at its end. One that is not there before is looked for in the wrong place: another region or merchant. */
const hasRunOut = ({ facts, session }: Payment, { status }: KlarnaError, { observedAt }: ReadTimes) =>
  status === 404 && (isSettled({ facts, session }) || observedAt > (facts.expires_at ?? ''));

const isSettled = ({ facts, session }: Pick<Payment, 'facts' | 'session'>) => Boolean(facts.order_id || session?.final);

const recorded = async ({ store }: ReadPorts, { id }: Payment, report: Report): Promise<Outcome> =>
  (await record(store, id, report))[1];

async function believed(ports: ReadPorts, { id }: Payment, session: HostedSession, asking: ReadTimes): Promise<Report> {
  const report = sessionReport(session, asking);
  const { authorization_token: token } = session;
  if (!token) return report;
  const authorizations = [await ports.sealToken({ payment: id, token, at: report.at })];
  return { ...report, facts: { ...report.facts, authorizations } };
}

/**
 * The session of Klarna Payments outlives the hosted one by an hour and tells whether an order was placed: then nobody may
 * believe that the shopper has not paid.
 */
async function gone(ports: ReadPorts, payment: Payment, asking: ReadTimes): Promise<Report> {
  const nothing: Report = { ...sessionGone(asking), id: `session gone ${asking.startedAt}` };
  const { statement, ...onlyRead } = nothing;
  if (isSettled(payment)) return onlyRead;
  const { kp_session_id } = payment.facts;
  if (!kp_session_id) return nothing;
  const paying = await ask(() => ports.klarna(payment.account).readPaymentSession(kp_session_id));
  if ('error' in paying && paying.error.status !== 404) throw paying.error;
  const complete = 'value' in paying && paying.value.status === 'complete';
  return complete ? { ...onlyRead, word: 'complete', doubt: 'order_id' } : nothing;
}

/**
 * Reads the order that we know, or that somebody hinted at, and records what Klarna says.
 * @throws KlarnaError where Klarna does not say; also where a known order is not found yet, as right after it was placed
 */
export async function readOrder(ports: ReadPorts, payment: Payment): Promise<Outcome> {
  const id = payment.facts.order_id ?? payment.hintedOrder?.order_id;
  if (!id) return 'duplicate';
  const { answer, times } = await askTimed(ports, () => ports.klarna(payment.account).readOrder(id));
  if ('value' in answer) {
    const reports = [orderReport(payment, answer.value, times), ...(await another(ports, payment))] as const;
    return (await recordAll(ports.store, payment.id, [...reports]))[1][0] ?? 'duplicate';
  }
  if (answer.error.status !== 404 || (payment.facts.order_id && !isWornOut(payment))) throw answer.error;
  return recorded(ports, payment, notFound(times));
}

/** A second order under the name of this payment, which a push named since we last looked: paid twice, and somebody has to see it. */
async function another(ports: ReadPorts, payment: Payment): Promise<Report[]> {
  const { hintedOrder, facts, lastReads } = payment;
  if (!hintedOrder || !facts.order_id || hintedOrder.order_id === facts.order_id) return [];
  if (hintedOrder.observedAt < (lastReads.order ?? '')) return [];
  const { answer, times } = await askTimed(ports, () => ports.klarna(payment.account).readOrder(hintedOrder.order_id));
  const isOurs = 'value' in answer && answer.value.merchant_reference2 === payment.id;
  return isOurs ? [orderReport(payment, answer.value, times)] : [];
}

/** An order that Klarna has just placed may not be readable at once; after so many tries it is not there. */
const isWornOut = ({ backoff }: Payment) => (backoff?.count ?? 0) >= 6;

const notFound = ({ startedAt, observedAt }: ReadTimes): Report => ({
  id: `order not found ${startedAt}`,
  source: 'order_read',
  verifiedBy: 'read_back',
  at: observedAt,
  observedAt,
  word: 'NO_SUCH_ORDER',
  facts: {},
  read: { target: 'order', startedAt },
});
