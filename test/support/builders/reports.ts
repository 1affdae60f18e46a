import { applyReport } from '../../../lambdas/payment/apply.ts';
import type { Facts } from '../../../lambdas/payment/facts.ts';
import type { FinishedOperation } from '../../../lambdas/payment/operation.ts';
import type { Outcome, Payment } from '../../../lambdas/payment/payment.ts';
import { paymentId } from '../../../lambdas/payment/payment-id.ts';
import { openPayment } from '../../../lambdas/payment/record.ts';
import type { OrderSnapshot, ReadTarget, Report } from '../../../lambdas/payment/report.ts';
import type { Meaning, Stage } from '../../../lambdas/payment/stages.ts';

/** @throws where the product would refuse the text as a payment id */
export function paymentIdOf(text: string) {
  const id = paymentId(text);
  if (!id) throw new Error(`${text} is not a payment id`);
  return id;
}

/** Minute `n` of the tests' day, as the relay writes times. */
export const minute = (n: number) => new Date(Date.UTC(2026, 10, 22, 10, n)).toISOString();

/** Every report below is dated minute `at` by Klarna and observed a minute later. */
const reportAt = (id: string, at: number, rest: Partial<Report>): Report => ({
  id,
  source: 'status_update',
  verifiedBy: 'url_secret',
  at: minute(at),
  observedAt: minute(at + 1),
  facts: {},
  ...rest,
});

const words: Record<string, Meaning> = {
  WAITING: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'created' },
  IN_PROGRESS: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'in_progress' },
  BACK: { state: 'WAITING', code: 'SUCCEEDED', final: false, stage: 'in_progress' },
  FAILED: { state: 'ERROR', code: 'FAILED', final: false, stage: 'in_progress' },
  ERROR: { state: 'ERROR', code: 'FAILED', final: false, stage: 'in_progress' },
  COMPLETED: { state: 'SUCCESS', code: 'SUCCEEDED', final: true, stage: 'authorized' },
  CANCELLED: { state: 'ERROR', code: 'FAILED', final: true, stage: 'cancelled' },
  DISABLED: { state: 'ERROR', code: 'FAILED', final: true, stage: 'disabled' },
  MANUAL_ID_CHECK: { state: 'WAITING', code: 'SUCCEEDED', final: false },
  NOT_FOUND: { state: 'ERROR', code: 'BAD_REQUEST', final: true, stage: 'expired' },
};

/** A status update with one of Klarna's words for the hosted session. */
export function sessionUpdate(word: keyof typeof words & string, at: number, facts: Facts = {}): Report {
  const meaning = words[word];
  if (!meaning) throw new Error(`no such word: ${word}`);
  return reportAt(`${word}@${at}`, at, { word, statement: { pspStatus: word, meaning, about: 'session' }, facts });
}

/** A read of the session that Klarna does not show any longer: our own conclusion, no word of Klarna. */
export const goneSession = (at: number): Report => ({
  ...sessionUpdate('NOT_FOUND', at),
  source: 'session_read',
  verifiedBy: 'read_back',
  read: readFrom('session', at),
});

/** A read of the session that found nothing new. */
export const sessionRead = (at: number): Report =>
  reportAt(`read session@${at}`, at, {
    source: 'session_read',
    verifiedBy: 'read_back',
    read: readFrom('session', at),
  });

/** A report of the payment's stage, without a word of the session. */
export const stageReport = (stage: Stage, at: number, facts: Facts = {}): Report =>
  reportAt(`${stage}@${at}`, at, {
    source: 'authorization',
    word: stage,
    statement: {
      pspStatus: 'SUCCESS',
      meaning: { state: 'SUCCESS', code: 'SUCCEEDED', final: false, stage },
      about: 'stage',
    },
    facts,
  });

/** A refused operation of ours after which no order can follow: it ends the payment. */
export const refusedEnd = (stage: 'rejected' | 'expired', at: number): Report => ({
  ...stageReport(stage, at),
  id: `ends ${stage}@${at}`,
  source: 'operation',
  verifiedBy: 'read_back',
});

/** A read of Klarna's order that started in minute `at`, from the version of that minute, and found this stage. */
export const orderRead = (
  stage: Stage,
  at: number,
  facts: Facts = {},
  fields: Partial<OrderSnapshot> = {},
): Report => ({
  ...stageReport(stage, at, facts),
  id: `read ${stage}@${at}`,
  source: 'order_read',
  verifiedBy: 'read_back',
  read: readFrom('order', at),
  order: orderAt(at, { status: stage.toUpperCase(), ...fields }),
});

/** A read that started in minute `at`, from the version of that minute. */
export const readFrom = (target: ReadTarget, at: number) => ({ target, startedAt: minute(at), version: at });

/** An order as a read found it that started in minute `at`. */
export const orderAt = (at: number, fields: Partial<OrderSnapshot> = {}): OrderSnapshot => ({
  at: minute(at),
  version: at,
  order_amount: 1000,
  currency: 'EUR',
  ...fields,
});

/** The minute of the tests' day. */
export const minuteOf = (at: string): number => (Date.parse(at) - Date.parse(minute(0))) / 60_000;

/** A payment as it is saved when a report arrives: its version is that of the minute, or higher. */
const savedBefore = (payment: Payment, { observedAt }: Report): Payment => ({
  ...payment,
  version: Math.max(payment.version, minuteOf(observedAt) - 1),
});

/** A payment after one more report was applied and saved, and the outcome. */
export function applyNext(payment: Payment, report: Report): [Payment, Outcome] {
  const before = savedBefore(payment, report);
  const [after, outcome] = applyReport(before, report);
  return [{ ...after, version: before.version + 1 }, outcome];
}

/** The report that discards the token with this fingerprint. */
export const tokenSpent = (fingerprint: string, at: number): Report =>
  reportAt(`spent ${fingerprint}@${at}`, at, {
    source: 'operation',
    verifiedBy: 'read_back',
    facts: { authorizations: [{ fingerprint, at: minute(at) }] },
  });

/** Klarna's answer to an operation. */
export const operationResult = (
  operation: FinishedOperation,
  pspStatus: 'SUCCESS' | 'CAPTURE_NOT_ALLOWED',
  at: number,
): Report => {
  const failed = pspStatus !== 'SUCCESS';
  const meaning: Meaning = { state: failed ? 'ERROR' : 'SUCCESS', code: failed ? 'FAILED' : 'SUCCEEDED', final: false };
  return reportAt(`operation ${operation.id}`, at, {
    source: 'operation',
    verifiedBy: 'read_back',
    word: pspStatus,
    statement: { pspStatus, meaning, about: 'stage' },
    operation,
  });
};

/** A report without a statement that we may believe: it only requests a read, and may name an order. */
export const readHint = (readRequest: ReadTarget, at: number, hintedOrderId?: string): Report =>
  reportAt(`read ${readRequest}@${at}${hintedOrderId ?? ''}`, at, {
    source: 'notification',
    readRequest,
    hintedOrderId,
  });

/** Facts with one sealed authorization token. */
export const tokenFacts = (fingerprint: string, at: number): Facts => ({
  authorizations: [{ sealed: `sealed ${fingerprint}`, fingerprint, at: minute(at) }],
});

/** A payment after these reports, and the outcome of each. */
export function applyAll(...reports: Report[]): { payment: Payment; outcomes: Outcome[] } {
  const outcomes: Outcome[] = [];
  const payment = reports.reduce(
    (before, report) => {
      const [after, outcome] = applyNext(before, report);
      outcomes.push(outcome);
      return after;
    },
    openPayment(paymentIdOf('order-1'), minute(0)),
  );
  return { payment, outcomes };
}

/** This payment after these reports. */
export const applyTo = (payment: Payment, ...reports: Report[]): Payment =>
  reports.reduce((before, report) => applyNext(before, report)[0], payment);
