import type { Operation } from '../payment/operation.ts';
import type { Report } from '../payment/report.ts';
import { KlarnaError } from '../klarna/client/klarna-error.ts';
import { type ReadTimes, doubtAbout, orderReport } from '../klarna/inbound/readings.ts';

import type { Payment } from '../payment/payment.ts';
import type { Ports } from './ports.ts';

/** What Klarna answered to a question: a value, or its definite refusal. No answer at all is thrown. */
export type Answer<Value> = { value: Value } | { error: KlarnaError };

/** @throws KlarnaError of kind `unavailable`, when nobody can say what became of it */
export async function ask<Value>(call: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof KlarnaError && error.kind === 'refused') return { error };
    throw error;
  }
}

/** Names what is kept to ask an operation again: what else is asked under the same key is kept apart from it. */
export const requestKey = ({ id: payment }: Pick<Payment, 'id'>, { id, fingerprint }: Operation) => ({
  payment,
  id: `${id}/${fingerprint}`,
});

/** Asks, and tells when the asking startedAt and when the answer was here. @throws as `ask` */
export async function askTimed<Value>(
  { now }: Pick<Ports, 'now'>,
  call: () => Promise<Value>,
): Promise<{ answer: Answer<Value>; times: ReadTimes }> {
  const startedAt = now().toISOString();
  const answer = await ask(call);
  return { answer, times: { startedAt, observedAt: now().toISOString() } };
}

/**
 * What was done to an order, and what Klarna's order says after it. Where Klarna cannot be asked now, what was done is
 * recorded all the same and asks for the reading.
 */
export async function withReadBack(
  ports: Ports,
  payment: Payment,
  { report, order_id }: { report: Report; order_id: string },
): Promise<[Report, ...Report[]]> {
  try {
    const { answer, times } = await askTimed(ports, () => ports.klarna(payment.account).readOrder(order_id));
    if ('value' in answer) return [report, orderReport(payment, answer.value, times)];
  } catch (error) {
    if (!isUnavailable(error)) throw error;
  }
  return [{ ...report, readRequest: 'order' }];
}

/**
 * The order that stands already: known by now, or hinted at by a push. One that differs from what was asked is not ours.
 * @throws as `ask`
 */
export async function existingOrder(ports: Ports, payment: Payment): Promise<string | undefined> {
  const order_id = payment.facts.order_id ?? payment.hintedOrder?.order_id;
  if (!order_id) return undefined;
  const found = await ask(() => ports.klarna(payment.account).readOrder(order_id));
  return 'value' in found && !doubtAbout(payment, found.value) ? order_id : undefined;
}

/** Klarna gave no answer; what it did is not known. */
export const isUnavailable = (error: unknown): error is KlarnaError =>
  error instanceof KlarnaError && error.kind === 'unavailable';
