import { id } from '../../encoding/fields.ts';

import type { KlarnaRequest, KlarnaResponse } from './connection.ts';
import { KlarnaError, readErrorBody } from './klarna-error.ts';

/** The error that an unsuccessful answer stands for: Klarna's refusal, or no answer to our request. */
export function failureOf(
  { operation, key }: KlarnaRequest,
  answer: KlarnaResponse | undefined,
  now: Date,
): KlarnaError | undefined {
  if (!answer) return new KlarnaError({ operation, kind: 'unavailable' });
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return undefined;
  const fields = readErrorBody(body, correlationIdOf(headers));
  const isAtWork = key !== undefined && status === 409 && fields.code === 'CONFLICT';
  const kind = isRefusal(status, fields.code) && !isAtWork ? 'refused' : 'unavailable';
  const retryAfter = status === 429 ? untilReset(headers.get('x-ratelimit-reset'), now) : undefined;
  return new KlarnaError({ operation, kind, status, retryAfter, ...fields });
}

/** `X-Ratelimit-Reset` in seconds from now or, when it is that large, seconds since 1970. */
function untilReset(header: string | null, now: Date): number | undefined {
  const seconds = Number(header);
  if (header === null || !Number.isFinite(seconds) || seconds < 0) return undefined;
  return seconds > 1e9 ? Math.max(0, seconds * 1000 - now.getTime()) : seconds * 1000;
}

/**
 * A redirect, refused credentials, or a 403 without Klarna's `error_code` (a filter on the way) is not an answer to our request, which
 * may have been executed before. Nor is CONFLICT under a key: the same request is being processed right now (Klarna, error codes).
 */
function isRefusal(status: number, code: string | undefined): boolean {
  if (status === 401 || status === 408 || status === 429) return false;
  return status === 403 ? code !== undefined : status >= 400 && status < 500;
}

/** Klarna's id of a request, from its header. */
export const correlationIdOf = (headers: Headers): string | undefined =>
  id.parse(headers.get('klarna-correlation-id') ?? undefined);
