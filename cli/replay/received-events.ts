import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { type PaymentId, paymentId } from '../../lambdas/payment/payment-id.ts';
import { Misuse } from '../misuse.ts';

/** The last event that a subscriber received of a payment; of some it knows the sequence alone. */
export type LastReceived = { sequence: number; incarnation?: string | undefined };
export type ReceivedEvents = Map<PaymentId, LastReceived>;

const entry = z.object({
  paymentId: z.string(),
  incarnation: z.optional(z.string()),
  sequence: z.int().check(z.gte(0)),
});

/** Reads a subscriber's list; the latest event of a payment counts. @throws Misuse naming the line */
export function readReceived(file: string): ReceivedEvents {
  const received: ReceivedEvents = new Map();
  for (const [index, text] of textOf(file).split(/\r?\n/).entries()) {
    if (text.trim() === '') continue;
    const { payment, ...event } = parseEntry(text.trim()) ?? refuse(file, index);
    const known = received.get(payment);
    if (!known || isLater(event, known)) received.set(payment, event);
  }
  return received;
}

/** Where one of them has no incarnation, the sequence decides. */
export function isLater(event: LastReceived, than: LastReceived): boolean {
  const { incarnation = than.incarnation, sequence } = event;
  const other = than.incarnation ?? incarnation;
  return incarnation === other ? sequence > than.sequence : String(incarnation) > String(other);
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new Misuse(`--seen ${file}: cannot be read`);
  }
}

function refuse(file: string, index: number): never {
  throw new Misuse(`--seen ${file}: line ${index + 1} is neither the id of an event nor "PAYMENT SEQUENCE"`);
}

/** `PAYMENT SEQUENCE`, the id of an event (`PAYMENT.INCARNATION.SEQUENCE`) or its `detail`. */
function parseEntry(text: string): (LastReceived & { payment: PaymentId }) | undefined {
  const [, name, incarnation, count] = /^(\S+?)(?:\.([0-9a-z]+)\.|\s+)(\d{1,9})$/.exec(text) ?? [];
  const parsed = entry.safeParse(name ? { paymentId: name, incarnation, sequence: Number(count) } : json(text));
  const payment = parsed.success ? paymentId(parsed.data.paymentId) : undefined;
  return parsed.success && payment ? { ...parsed.data, payment } : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
