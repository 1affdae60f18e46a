import { id } from '../../encoding/json.ts';
import type { KlarnaResponse, KlarnaRequest } from './call.ts';
import { KlarnaError, readErrorBody } from './klarna-error.ts';

/** What an answer is that gives nothing: Klarna's refusal, or no answer about what was asked. */
export function failureOf({ operation, key }: KlarnaRequest, answer: KlarnaResponse | undefined, now: Date): KlarnaError | undefined {
  if (!answer) return new KlarnaError({ operation, kind: 'unavailable' });
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return undefined;
  const words = readErrorBody(body, correlationIdOf(headers));
  const isAtWork = key !== undefined && status === 409 && words.code === 'CONFLICT';
  const kind = isRefusal(status, words.code) && !isAtWork ? 'refused' : 'unavailable';
  const retryAfter = status === 429 ? untilReset(headers.get('x-ratelimit-reset'), now) : undefined;
  return new KlarnaError({ operation, kind, status, retryAfter, ...words });
}

/** `X-Ratelimit-Reset` in seconds from now or, when it is that large, seconds since 1970. */
function untilReset(header: string | null, now: Date): number | undefined {
  const seconds = Number(header);
  if (header === null || !Number.isFinite(seconds) || seconds < 0) return undefined;
  return seconds > 1e9 ? Math.max(0, seconds * 1000 - now.getTime()) : seconds * 1000;
}

/**
 * A redirect, credentials that are not taken, a 403 without Klarna's `error_code` (a filter on the way): none is about what was asked,
 * which may have been done before. Nor is CONFLICT under a key: somebody asks the same at this moment (Klarna, error codes).
 */
function isRefusal(status: number, code: string | undefined): boolean {
  if (status === 401 || status === 408 || status === 429) return false;
  return status === 403 ? code !== undefined : status >= 400 && status < 500;
}

/** Klarna's name for a request, as its header has it. */
export const correlationIdOf = (headers: Headers): string | undefined =>
  id.parse(headers.get('klarna-correlation-id') ?? undefined);
