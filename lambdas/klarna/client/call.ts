import type { Connection, KlarnaCall, KlarnaRequest, KlarnaResponse } from './connection.ts';
import { correlationIdOf, failureIn } from './failures.ts';
import { KlarnaError } from './klarna-error.ts';

const maxAttempts = 3;

/**
 * Sends one request to Klarna with Basic auth. It is repeated after a growing, random pause when there is no answer,
 * 429 or 5xx and a repeat is safe. Klarna did not process a 429, so repeating that is always safe. A write that is
 * refused after an attempt without an answer is not refused yet: that attempt may still be at work.
 * @throws KlarnaError
 */
export async function call(connection: Connection, request: KlarnaRequest): Promise<KlarnaResponse> {
  const startedAt = connection.now().getTime();
  const spent = () => connection.now().getTime() - startedAt;
  const earlier: KlarnaError[] = [];
  for (let attempt = 1; ; attempt++) {
    await takePermit(connection, request);
    const response = await sendSignedIn(connection, request);
    const failure = failureIn(request, { response, earlier, now: connection.now() });
    const pause = failure && pauseBefore(connection, { request, failure, attempt, spent: spent() });
    if (failure && pause !== undefined) {
      earlier.push(failure);
      await connection.pause(pause);
      continue;
    }
    connection.onCall(callEntry(request, { response, failure, earlier, ms: spent() }));
    if (failure) throw failure;
    if (response) return response;
  }
}

/** @throws KlarnaError of kind `unavailable`; Klarna was not asked */
async function takePermit({ permit, name, perSecond }: Connection, { operation }: KlarnaRequest): Promise<void> {
  if (permit && !(await permit({ account: name, operation, perSecond: perSecond(operation) })))
    throw new KlarnaError({ operation, kind: 'unavailable', code: 'RATE_USED_UP' });
}

/** Credentials may have been rotated since they were read. Klarna did not process a 401, so a repeat is safe. */
async function sendSignedIn(connection: Connection, request: KlarnaRequest): Promise<KlarnaResponse | undefined> {
  const response = await send(connection, request);
  return response?.status === 401 && (await connection.renewed()) ? send(connection, request) : response;
}

async function send(
  { base, account, fetch, timeoutMs, userAgent }: Connection,
  { method, path, body, key }: KlarnaRequest,
): Promise<KlarnaResponse | undefined> {
  const { username, password } = account();
  try {
    const response = await fetch(`${base}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        accept: 'application/json',
        'user-agent': userAgent,
        ...(body && { 'content-type': 'application/json' }),
        ...(key && { 'klarna-idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: jsonOf(text), isEmpty: text.trim() === '' };
  } catch {
    return undefined; // the reason may quote the URL, and with it a token
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Failed = { request: KlarnaRequest; failure: KlarnaError; attempt: number; spent: number };

/** Milliseconds until the next attempt; undefined when there must be none, or no time is left for it. */
function pauseBefore(connection: Connection, failed: Failed): number | undefined {
  if (failed.attempt >= maxAttempts || !mayRepeat(failed)) return undefined;
  const { status, retryAfter } = failed.failure;
  const pause = (status === 429 ? retryAfter : undefined) ?? retryPause(connection, failed.attempt);
  return failed.spent + pause + connection.timeoutMs <= connection.budgetMs ? pause : undefined;
}

const mayRepeat = ({ request, failure: { kind, status } }: Failed): boolean =>
  kind !== 'refused' && (status === 429 || (request.repeatable && isTransient(status)));

/** No answer at all, or a failure inside Klarna. Any other obstacle does not go away within seconds. */
const isTransient = (status = 500) => status === 408 || status >= 500;

const retryPause = ({ random }: Connection, attempt: number) => Math.round(200 * 2 ** (attempt - 1) * (0.5 + random()));

function callEntry(
  { operation }: KlarnaRequest,
  last: { response: KlarnaResponse | undefined; failure: KlarnaError | undefined; earlier: KlarnaError[]; ms: number },
): KlarnaCall {
  const { response, failure, earlier, ms } = last;
  return {
    operation,
    outcome: failure?.kind ?? 'ok',
    status: response?.status,
    code: failure?.code,
    correlation_id: failure?.correlationId ?? (response && correlationIdOf(response.headers)),
    attempts: earlier.length + 1,
    ...(earlier.length > 0 && { earlier: earlier.map(({ correlationId = 'none' }) => correlationId).join(' ') }),
    ms,
  };
}
