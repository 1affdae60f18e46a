import { KlarnaError } from '../klarna/client/klarna-error.ts';
import { doubtAbout, orderReport, type ReadTimes } from '../klarna/inbound/readings.ts';
import type { Operation } from '../payment/operation.ts';
import type { Payment } from '../payment/payment.ts';
import type { Report } from '../payment/report.ts';
import { unreadHints } from '../payment/tasks/order-reads.ts';
import type { Ports, RequestKey } from './ports.ts';

/** Klarna's answer: a value, or a definite refusal. A missing answer is thrown. */
export type KlarnaResult<Value> = { value: Value } | { error: KlarnaError };

/** @throws KlarnaError of kind `unavailable`, when the result is unknown */
export async function ask<Value>(call: () => Promise<Value>): Promise<KlarnaResult<Value>> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof KlarnaError && error.kind === 'refused') return { error };
    throw error;
  }
}

/** Asks about a payment as it was read, and notes when the call started and was answered. @throws as `ask` */
export async function askTimed<Value>(
  { now }: Pick<Ports, 'now'>,
  { version }: Pick<Payment, 'version'>,
  call: () => Promise<Value>,
): Promise<{ answer: KlarnaResult<Value>; times: ReadTimes }> {
  const startedAt = now().toISOString();
  const answer = await ask(call);
  return { answer, times: { version, startedAt, observedAt: now().toISOString() } };
}

/**
 * The key under which an operation's request is kept. With the fingerprint, a different request under the same key has
 * its own entry.
 */
export const requestKey = <Kind extends 'charge' | 'operation'>(
  kind: Kind,
  { id: payment }: Pick<Payment, 'id'>,
  { id, fingerprint }: Operation,
): RequestKey<Kind> => ({ kind, payment, id: `${id}/${fingerprint}` });

/** The key under which the session of a payment is kept for its order and its customer token. */
export const orderRequestKey = ({ id: payment, request }: Pick<Payment, 'id' | 'request'>): RequestKey<'order'> => ({
  kind: 'order',
  payment,
  id: `order/${request?.fingerprint}`,
});

/**
 * The report of an operation on an order, with the order as Klarna describes it afterwards. Where Klarna cannot be
 * asked now, the operation is recorded all the same and requests the read.
 */
export async function withReadBack(
  ports: Ports,
  payment: Payment,
  { report, order_id }: { report: Report; order_id: string },
): Promise<[Report, ...Report[]]> {
  try {
    const { answer, times } = await askTimed(ports, payment, () => ports.klarna(payment.account).readOrder(order_id));
    if ('value' in answer) return [report, orderReport(payment, answer.value, times)];
  } catch (error) {
    if (!isUnavailable(error)) throw error;
  }
  return [{ ...report, readRequest: 'order' }];
}

/**
 * The order that exists already: a known one, or one that a push named. An order that differs from the request is not
 * ours.
 * @throws KlarnaError where Klarna does not show an order yet of which it spoke, and as `ask`
 */
export async function existingOrder(ports: Ports, payment: Payment): Promise<string | undefined> {
  const known = payment.facts.order_id;
  let unshown: KlarnaError | undefined;
  for (const order_id of known ? [known] : unreadHints(payment).map((hint) => hint.order_id)) {
    const order = await ask(() => ports.klarna(payment.account).readOrder(order_id));
    if ('error' in order) unshown = order.error;
    else if (!doubtAbout(payment, order.value)) return order_id;
  }
  if (unshown) throw unshown;
  return undefined;
}

/** True when Klarna gave no answer, so that the result is unknown. */
export const isUnavailable = (error: unknown): error is KlarnaError =>
  error instanceof KlarnaError && error.kind === 'unavailable';
