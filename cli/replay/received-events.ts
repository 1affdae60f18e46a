import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { type PaymentId, paymentId } from '../../lambdas/payment/payment-id.ts';
import { Misuse } from '../misuse.ts';

/** The last sequence that a subscriber received of each payment. */
export type LastSequences = Map<PaymentId, number>;

const entry = z.object({ paymentId: z.string(), sequence: z.int().check(z.gte(0)) });

/** Reads a subscriber's list; the highest sequence of a payment counts. @throws Misuse naming the line */
export function readReceived(file: string): LastSequences {
  const received: LastSequences = new Map();
  for (const [index, text] of textOf(file).split(/\r?\n/).entries()) {
    if (text.trim() === '') continue;
    const { payment, sequence } = parseEntry(text.trim()) ?? refuse(file, index);
    received.set(payment, Math.max(sequence, received.get(payment) ?? 0));
  }
  return received;
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new Misuse(`--seen ${file}: cannot be read`);
  }
}

function refuse(file: string, index: number): never {
  throw new Misuse(`--seen ${file}: line ${index + 1} is neither "PAYMENT SEQUENCE" nor {"paymentId", "sequence"}`);
}

function parseEntry(text: string): { payment: PaymentId; sequence: number } | undefined {
  const [, name, count] = /^(\S+)\s+(\d{1,9})$/.exec(text) ?? [];
  const parsed = entry.safeParse(name ? { paymentId: name, sequence: Number(count) } : json(text));
  const payment = parsed.success ? paymentId(parsed.data.paymentId) : undefined;
  return parsed.success && payment ? { payment, sequence: parsed.data.sequence } : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
