import { expect, test } from 'vitest';
import { idempotencyKey, isKeyForgotten, uuidV5 } from '../../../../lambdas/klarna/client/idempotency.ts';

test('keys are UUIDs of version 5, as RFC 9562 shows them', () => {
  const dns = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex');
  expect(uuidV5(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('keys are the same for the same parts and differ for others', () => {
  expect(idempotencyKey('a', 'b')).toBe(idempotencyKey('a', 'b'));
  const keys = [idempotencyKey('a', 'b'), idempotencyKey('ab'), idempotencyKey('a', 'b', ''), idempotencyKey('b', 'a')];
  expect(new Set(keys).size).toBe(4);
});

test('a key may be forgotten 23 hours after its first request: Klarna keeps it for 24', () => {
  const operation = { askedAt: '2026-11-22T10:00:00.000Z' };
  expect(isKeyForgotten(operation, new Date('2026-11-23T08:59:59.999Z'))).toBe(false);
  expect(isKeyForgotten(operation, new Date('2026-11-23T09:00:00.000Z'))).toBe(true);
});
