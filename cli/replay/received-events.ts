import { paymentId, type PaymentId } from '../../lambdas/payment/payment-id.ts';
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';


import { Misuse } from '../misuse.ts';

/** The last sequence that a subscriber saw of each payment. */
export type Seen = Map<PaymentId, number>;

const line = z.object({ paymentId: z.string(), sequence: z.int().check(z.gte(0)) });

/** Reads a subscriber's list; the highest sequence counts where a payment stands twice. @throws Misuse naming the line */
export function seenIn(file: string): Seen {
  const seen: Seen = new Map();
  for (const [index, text] of textOf(file).split(/\r?\n/).entries()) {
    if (text.trim() === '') continue;
    const { payment, sequence } = told(text.trim()) ?? refuse(file, index);
    seen.set(payment, Math.max(sequence, seen.get(payment) ?? 0));
  }
  return seen;
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

function told(text: string): { payment: PaymentId; sequence: number } | undefined {
  const [, name, count] = /^(\S+)\s+(\d{1,9})$/.exec(text) ?? [];
  const given = line.safeParse(name ? { paymentId: name, sequence: Number(count) } : json(text));
  const payment = given.success ? paymentId(given.data.paymentId) : undefined;
  return given.success && payment ? { payment, sequence: given.data.sequence } : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
