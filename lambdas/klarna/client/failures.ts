import { id } from '../../json.ts';
import type { KlarnaRequest, KlarnaResponse } from './connection.ts';
import { KlarnaError, readErrorBody } from './klarna-error.ts';

/** An answer, or none, and the failures of the attempts before it. */
type Attempt = { response: KlarnaResponse | undefined; earlier: KlarnaError[]; now: Date };

/**
 * The error that an answer stands for: Klarna's refusal, or no answer to our request. Undefined for a success that the
 * request accepts.
 */
export function failureIn(request: KlarnaRequest, { response, earlier, now }: Attempt): KlarnaError | undefined {
  const { operation } = request;
  if (!response) return new KlarnaError({ operation, kind: 'unavailable' });
  const { status, headers, body } = response;
  if (isSuccess(status)) return request.accepts(response) ? undefined : strange(operation, response);
  const fields = readErrorBody(body, correlationIdOf(headers));
  const code = fields.code ?? (isBareNotFound(request, response) ? 'NOT_FOUND' : undefined);
  const kind = isRefusal(request, status, code) && !mayBeAtWork(request, earlier) ? 'refused' : 'unavailable';
  const retryAfter = status === 429 ? untilReset(headers.get('x-ratelimit-reset'), now) : undefined;
  return new KlarnaError({ operation, kind, status, retryAfter, ...fields, code });
}

const isSuccess = (status: number) => status >= 200 && status < 300;

/** An earlier attempt of a write had no answer. Klarna did not process a 429. */
const mayBeAtWork = ({ method }: KlarnaRequest, earlier: KlarnaError[]) =>
  method !== 'GET' && earlier.some(({ status }) => status !== 429);

/** A page of something between Klarna and us, cut JSON, or the answer to another request. */
const strange = (operation: string, { status, headers }: KlarnaResponse) =>
  new KlarnaError({ operation, kind: 'unavailable', status, correlationId: correlationIdOf(headers) });

/**
 * Only an answer with Klarna's `error_code` is a refusal: whatever else answers with 4xx stands between Klarna and us,
 * and our request may have been executed. Refused credentials are not about the request. Nor is CONFLICT under a key:
 * the same request is being processed right now (Klarna, error codes).
 */
function isRefusal({ key }: KlarnaRequest, status: number, code: string | undefined): boolean {
  if (code === undefined || status < 400 || status >= 500) return false;
  if (status === 409 && code === 'CONFLICT') return key === undefined;
  return status !== 401 && status !== 408 && status !== 429;
}

/**
 * Klarna's contracts give the 404 of a session no body (Hosted Payment Page and Klarna Payments, OpenAPI). Without one,
 * Klarna's correlation id shows that the answer is Klarna's.
 */
const isBareNotFound = ({ hasBareNotFound = false }: KlarnaRequest, { status, headers, isEmpty }: KlarnaResponse) =>
  hasBareNotFound && status === 404 && isEmpty && correlationIdOf(headers) !== undefined;

/** `X-Ratelimit-Reset` in seconds from now or, when it is that large, seconds since 1970. */
function untilReset(header: string | null, now: Date): number | undefined {
  const seconds = Number(header);
  if (header === null || !Number.isFinite(seconds) || seconds < 0) return undefined;
  return seconds > 1e9 ? Math.max(0, seconds * 1000 - now.getTime()) : seconds * 1000;
}

/** Klarna's id of a request, from its header. */
export const correlationIdOf = (headers: Headers): string | undefined =>
  id.parse(headers.get('klarna-correlation-id') ?? undefined);
