import { createHash } from 'node:crypto';
import { grace, hours, idempotencyKeyLifetime } from '../../payment/clocks.ts';
import type { Operation } from '../../payment/operation.ts';

/** The namespace of our keys. It must never change: with another one, every request would look new to Klarna. */
const namespace = Buffer.from('8a0a7cd3f3a24c0a9b5e7c1f8e4b6d21', 'hex');

/**
 * A UUID that is the same for the same parts (version 5, RFC 9562), for use as Klarna-Idempotency-Key. Klarna honours a
 * key for 24 hours and ignores the body that comes with a repeated one (Klarna, "Order management").
 */
export const idempotencyKey = (...parts: string[]): string => uuidV5(namespace, JSON.stringify(parts));

/** With an hour to spare; milliseconds. */
const safeLifetime = idempotencyKeyLifetime - hours;

/**
 * True when Klarna may have forgotten the key of a request that was first sent then: a repeat would be executed again.
 */
export const isKeyForgotten = ({ askedAt }: { askedAt: string }, now: Date): boolean =>
  now.getTime() - Date.parse(askedAt) >= safeLifetime;

/** True while the last attempt of an operation without a result may still be at work, here or at Klarna. */
export const mayBeAtWork = ({ askedAt, resumedAt = askedAt }: Operation, now: Date): boolean =>
  now.getTime() - Date.parse(resumedAt) < grace;

/** Version 5 of RFC 9562: SHA-1 over namespace and name. */
export function uuidV5(space: Uint8Array, name: string): string {
  const bytes = createHash('sha1').update(space).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
