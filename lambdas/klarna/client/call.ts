import { type Account, taskRate } from './accounts.ts';
import { correlationIdOf, failureOf } from './failure.ts';
import { KlarnaError } from './klarna-error.ts';

/** What is told of each call: no path, no body, no token. */
export type KlarnaCall = {
  operation: string;
  outcome: 'ok' | 'refused' | 'unavailable';
  status?: number | undefined;
  code?: string | undefined;
  correlation_id?: string | undefined;
  attempts: number;
  /** Klarna's names for the attempts before the last, one after the other. */
  earlier?: string | undefined;
  ms: number;
};

export type KlarnaRequest = {
  operation: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: object | undefined;
  /** Klarna-Idempotency-Key. */
  key?: string | undefined;
  /** True where asking twice does no more than asking once. */
  repeatable: boolean;
};

export type KlarnaResponse = { status: number; headers: Headers; body: unknown };

/** Waits until one more call fits into what is left of a rate; false when it would have to wait for too long. */
export type Permit = (call: { account: string; operation: string; perSecond: number }) => Promise<boolean>;

export type Connection = {
  base: string;
  /** The account's name here. */
  name: string;
  /** Asked before every attempt by whoever shares Klarna's rate with others of its kind. @default - none is needed */
  permit?: Permit;
  account: () => Account;
  /** Reads the credentials anew, which Klarna does not take; false when that was done a moment ago. */
  renewed: () => Promise<boolean>;
  fetch: typeof fetch;
  now: () => Date;
  pause: (ms: number) => Promise<unknown>;
  random: () => number;
  onCall: (call: KlarnaCall) => void;
  /** Milliseconds: one attempt, and all of them with the pauses between. */
  timeout: number;
  budget: number;
};

const mostAttempts = 3;

/**
 * One question to Klarna with Basic auth. Asked again, after a pause that grows and varies, when there is no answer, 429 or 5xx
 * and asking again is safe; a 429 was not even looked at, so it is always safe.
 * @throws KlarnaError
 */
export async function call(line: Connection, asked: KlarnaRequest): Promise<KlarnaResponse> {
  const began = line.now().getTime();
  const spent = () => line.now().getTime() - began;
  const earlier: string[] = [];
  for (let attempt = 1; ; attempt++) {
    await permitted(line, asked);
    const answer = await signedIn(line, asked);
    const failure = failureOf(asked, answer, line.now());
    const pause = failure ? pauseBefore(line, { asked, failure, attempt }) : undefined;
    const again = pause !== undefined && attempt < mostAttempts && spent() + pause + line.timeout <= line.budget;
    if (again) {
      earlier.push(nameOf(failure));
      await line.pause(pause);
      continue;
    }
    line.onCall(lineOf(asked, { answer, failure, earlier, ms: spent() }));
    if (failure) throw failure;
    if (answer) return answer;
  }
}

/** @throws KlarnaError of kind `unavailable`; Klarna was not asked */
async function permitted({ permit, name, account }: Connection, { operation }: KlarnaRequest): Promise<void> {
  const perSecond = taskRate(account(), operation);
  if (permit && !(await permit({ account: name, operation, perSecond })))
    throw new KlarnaError({ operation, kind: 'unavailable', code: 'RATE_USED_UP' });
}

/** Credentials may have been rotated since they were read. What was not let in was not looked at: it may always be asked again. */
async function signedIn(line: Connection, asked: KlarnaRequest): Promise<KlarnaResponse | undefined> {
  const answer = await once(line, asked);
  return answer?.status === 401 && (await line.renewed()) ? once(line, asked) : answer;
}

async function once({ base, account, fetch, timeout }: Connection, asked: KlarnaRequest): Promise<KlarnaResponse | undefined> {
  const { method, path, body, key } = asked;
  const { username, password } = account();
  try {
    const response = await fetch(`${base}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        accept: 'application/json',
        'user-agent': userAgent,
        ...(body && { 'content-type': 'application/json' }),
        ...(key && { 'klarna-idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: jsonOf(await response.text()) };
  } catch {
    return undefined; // the reason may quote the URL, and with it a token
  }
}

const userAgent = 'klarna-relay/0.1.0 (AWS Lambda; Node.js)';

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Failed = { asked: KlarnaRequest; failure: KlarnaError; attempt: number };

/** Milliseconds until the next attempt; undefined when there must be none. */
function pauseBefore(line: Connection, { asked, failure, attempt }: Failed): number | undefined {
  if (failure.kind === 'refused') return undefined;
  if (failure.status === 429) return failure.retryAfter ?? retryPause(line, attempt);
  return asked.repeatable && isPassing(failure.status) ? retryPause(line, attempt) : undefined;
}

/** No answer at all, or trouble of Klarna's own; what else is in the way does not leave within seconds. */
const isPassing = (status = 500) => status === 408 || status >= 500;

const retryPause = ({ random }: Connection, attempt: number) => Math.round(200 * 2 ** (attempt - 1) * (0.5 + random()));

function lineOf(
  { operation }: KlarnaRequest,
  last: { answer: KlarnaResponse | undefined; failure: KlarnaError | undefined; earlier: string[]; ms: number },
): KlarnaCall {
  const { answer, failure, earlier, ms } = last;
  return {
    operation,
    outcome: failure?.kind ?? 'ok',
    status: answer?.status,
    code: failure?.code,
    correlation_id: failure?.correlationId ?? (answer && correlationIdOf(answer.headers)),
    attempts: earlier.length + 1,
    ...(earlier.length > 0 && { earlier: earlier.join(' ') }),
    ms,
  };
}

const nameOf = (failure: KlarnaError | undefined) => failure?.correlationId ?? 'none';
