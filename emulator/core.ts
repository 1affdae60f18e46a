import { randomUUID } from 'node:crypto';
import { type Attempt, callbacks, type Road } from './callbacks.ts';
import { control } from './control.ts';
import { type Limits, none, playground, rateLimiter } from './rate-limit.ts';
import { type Answering, arrangedAnswer, arrangedAnswers } from './mishaps.ts';
import { KlarnaProblem } from './problem.ts';
import { referenceOf } from './reference.ts';
import { type Route, routed } from './routes.ts';
import { type Answer, emptyState, hours, type State } from './state.ts';

/** One request as this Klarna answered it. */
export type Logged = {
  method: string;
  path: string;
  status: number | 'none';
  key?: string | undefined;
  body?: unknown;
  /** The merchant's name for the payment that it was about (`merchant_reference2`), where this Klarna can tell. */
  reference?: string | undefined;
  at: string;
};

/** One request as it arrives: its path without a query, the names of its headers in lower case. */
export type Request = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  text: string;
};

export type DeskOptions = {
  now: () => Date;
  road: Road;
  /** Where this Klarna shows its pages. */
  url: () => string;
  /** @default whoever names any */
  credentials?: { username: string; password: string };
  /** @default none */
  limits?: 'playground' | 'none';
  /** Learns each line of the log as it is written, and what a shopper does. */
  watch?: (logged: Logged | Attempt) => void;
};

export type Desk = ReturnType<typeof klarnaDesk>;

/** This Klarna without its HTTP: what arrives is answered in the same turn, callbacks go out by `road`. */
export function klarnaDesk(options: DeskOptions) {
  const { now, road } = options;
  const log: (Logged | Attempt)[] = [];
  const state = emptyState(now);
  const note = (entry: Logged | Attempt) => {
    log.push(entry);
    options.watch?.(entry);
  };
  const sending = callbacks({ state, road, log: note });
  const arranged = arrangedAnswers();
  const controls = control({ state, callbacks: sending, log: () => log, arranged });
  const limits: Limits = options.limits === 'playground' ? playground : none;
  const limited = rateLimiter(limits, now);

  const answerTo = (request: Request): Answer => {
    try {
      const { route, id, part } = admitted(request, options);
      const { headers, tooMany } = limited(route);
      if (tooMany) return { ...envelope(new KlarnaProblem(429, 'TOO_MANY_REQUESTS', 'Too many requests')), headers };
      const call = { state, callbacks: sending, page: options.url(), id, part, body: parsed(request.text) };
      const answer = repeated(state, route, { key: keyOf(request), answer: () => route.answer(call) });
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (error) {
      return envelope(error);
    }
  };

  const lineOf = (request: Request): Omit<Logged, 'status'> => {
    const { method, path, text } = request;
    const body = parsed(text);
    const reference = options.watch && referenceOf(state, { path, body });
    return { method, path, key: keyOf(request), body, reference, at: now().toISOString() };
  };

  /** `none` hangs up. */
  const answer = (request: Request): Answer | 'none' => {
    const line = lineOf(request);
    const given = arrangedOr(arranged.next(request.method, request.path), () => answerTo(request));
    note({ ...line, status: given === 'none' ? given : given.status });
    return given === 'none' ? given : named(given);
  };

  /** What is not Klarna's API: a shopper, and the controls. */
  const door = (request: Request): Answer => {
    const { method, path, text } = request;
    const line = lineOf(request); // before what comes of it
    const given = controls.http(method, path, text);
    if (method === 'POST' && line.reference) options.watch?.({ ...line, status: given.status });
    return named(given);
  };
  return { answer, door, state, controls, callbacks: sending, log: () => log };
}

/** What was arranged for this request instead of its answer. */
function arrangedOr(arrangement: Answering | undefined, answer: () => Answer): Answer | 'none' {
  if (!arrangement) return answer();
  if (arrangement.applies) answer();
  return arrangement.hang ? 'none' : arrangedAnswer(arrangement);
}

const keyOf = ({ headers }: Request) => headers['klarna-idempotency-key']?.toString();

const largest = 1024 * 1024;

/** Credentials, size and route, before the limit and the repeat, and only then what was asked for. */
function admitted(request: Request, options: DeskOptions) {
  if (!isSignedIn(request, options)) throw new KlarnaProblem(401, 'UNAUTHORIZED', 'Unauthorized');
  if (Buffer.byteLength(request.text) > largest) throw new KlarnaProblem(413, 'REQUEST_TOO_LARGE', 'Request too large');
  const found = routed(request.method, request.path);
  if (!found) throw new KlarnaProblem(404, 'NOT_FOUND', 'No such resource');
  return found;
}

/** The first answer again for a key that was used within 24 hours; also where that was a refusal. */
function repeated(
  state: State,
  { name, keyed }: Route,
  asked: { key: string | undefined; answer: () => Answer },
): Answer {
  const { key } = asked;
  if (!keyed || !key) return asked.answer();
  const known = state.repeats.get(`${name} ${key}`);
  if (known && state.now().getTime() - known.at < 24 * hours) return known.answer;
  const answer = answered(asked.answer);
  if (answer.status < 500) state.repeats.set(`${name} ${key}`, { at: state.now().getTime(), answer });
  return answer;
}

function answered(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    return envelope(error);
  }
}

function envelope(error: unknown): Answer {
  if (!(error instanceof KlarnaProblem))
    return { status: 500, body: { error_code: 'INTERNAL_SERVER_ERROR', error_messages: [String(error)] } };
  return { status: error.status, body: { error_code: error.code, error_messages: [error.message], ...error.more } };
}

function isSignedIn({ headers }: Request, { credentials }: DeskOptions): boolean {
  const given = Buffer.from(headers.authorization?.toString().replace(/^Basic /, '') ?? '', 'base64').toString();
  if (credentials) return given === `${credentials.username}:${credentials.password}`;
  return /^[^:]+:.+$/.test(given);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every answer has a correlation id; errors hold it in their body as well. */
function named({ status, body, headers }: Answer): Answer {
  const correlation_id = randomUUID();
  const told = body && status >= 400 ? { correlation_id, ...body } : body;
  return { status, headers: { 'klarna-correlation-id': correlation_id, ...headers }, ...(told && { body: told }) };
}
