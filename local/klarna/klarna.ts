import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Attempt, type Callbacks, callbacks } from './callbacks.ts';
import { type Controls, control } from './control.ts';
import { type Limits, none, playground, rateLimiter } from './limits.ts';
import { type Answering, arrangedAnswer, arrangedAnswers } from './mishaps.ts';
import { KlarnaProblem } from './problem.ts';
import { type Route, routed } from './routes.ts';
import { type Answer, emptyState, hours, type State } from './state.ts';

/** One request as this Klarna answered it. */
export type Logged = {
  method: string;
  path: string;
  status: number | 'none';
  key?: string | undefined;
  body?: unknown;
  at: string;
};

export type KlarnaOptions = {
  /** @default a free one */
  port?: number;
  now?: () => Date;
  /** How much of Klarna's own time its pauses between callbacks take. @default 1 */
  pace?: number;
  /** @default whoever names any */
  credentials?: { username: string; password: string };
  /** @default none */
  limits?: 'playground' | 'none';
};

export type EmulatedKlarna = {
  url: string;
  control: Controls;
  log: () => readonly (Logged | Attempt)[];
  /** Resolves when no callback is under way. */
  settled: () => Promise<void>;
  stop: () => Promise<void>;
};

type Desk = {
  state: State;
  callbacks: Callbacks;
  url: () => string;
  log: (Logged | Attempt)[];
  options: KlarnaOptions;
};

/** A Klarna on 127.0.0.1 that behaves as Klarna's documents say: hosted page, payments, customer tokens, order management. */
export async function startKlarna(options: KlarnaOptions = {}): Promise<EmulatedKlarna> {
  const now = options.now ?? (() => new Date());
  const log: (Logged | Attempt)[] = [];
  const state = emptyState(now);
  const sending = callbacks({ state, pace: options.pace ?? 1, log: (attempt) => log.push(attempt) });
  let url = '';
  const desk: Desk = { state, callbacks: sending, url: () => url, log, options };
  const arranged = arrangedAnswers();
  const controls = control({ state, callbacks: sending, log: () => log, arranged });
  const limits: Limits = options.limits === 'playground' ? playground : none;
  const limited = rateLimiter(limits, now);

  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    const text = (await buffer(request)).toString();
    if (/^\/(shopper|control)(\/|$)/.test(path)) return send(response, controls.http(request.method ?? '', path, text));
    const given = arrangedOr(arranged.next(request.method ?? '', path), () =>
      answerTo(desk, { request, path, text, limited }),
    );
    log.push(line({ request, path, text, status: given === 'none' ? given : given.status, at: now().toISOString() }));
    return given === 'none' ? response.destroy() : send(response, given);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const stop = async () => {
    sending.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, control: controls, log: () => log, settled: sending.settled, stop };
}

/** What was arranged for this request instead of its answer; `none` hangs up. */
function arrangedOr(arrangement: Answering | undefined, answer: () => Answer): Answer | 'none' {
  if (!arrangement) return answer();
  if (arrangement.applies) answer();
  return arrangement.hang ? 'none' : arrangedAnswer(arrangement);
}

type Line = { request: IncomingMessage; path: string; text: string; status: Logged['status']; at: string };

const line = ({ request: { method = '', headers }, path, text, status, at }: Line): Logged => ({
  method,
  path,
  status,
  key: headers['klarna-idempotency-key']?.toString(),
  body: parsed(text),
  at,
});

type Asked = { request: IncomingMessage; path: string; text: string; limited: ReturnType<typeof rateLimiter> };

const largest = 1024 * 1024;

/** Credentials, size, route, limit, repeat, and only then what was asked for. */
function answerTo(desk: Desk, { request, path, text, limited }: Asked): Answer {
  try {
    if (!isSignedIn(request, desk.options)) throw new KlarnaProblem(401, 'UNAUTHORIZED', 'Unauthorized');
    if (text.length > largest) throw new KlarnaProblem(413, 'REQUEST_TOO_LARGE', 'Request too large');
    const found = routed(request.method ?? '', path);
    if (!found) throw new KlarnaProblem(404, 'NOT_FOUND', 'No such resource');
    const { headers, tooMany } = limited(found.route);
    if (tooMany) return { ...envelope(new KlarnaProblem(429, 'TOO_MANY_REQUESTS', 'Too many requests')), headers };
    const { state, callbacks: sending } = desk;
    const call = { state, callbacks: sending, page: desk.url(), id: found.id, part: found.part, body: parsed(text) };
    const key = request.headers['klarna-idempotency-key']?.toString();
    const answer = repeated(state, found.route, { key, answer: () => found.route.answer(call) });
    return { ...answer, headers: { ...headers, ...answer.headers } };
  } catch (error) {
    return envelope(error);
  }
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

function isSignedIn({ headers }: IncomingMessage, { credentials }: KlarnaOptions): boolean {
  const given = Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
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
function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const correlation_id = randomUUID();
  const told = body && status >= 400 ? { correlation_id, ...body } : body;
  response.writeHead(status, {
    'content-type': 'application/json',
    'klarna-correlation-id': correlation_id,
    ...headers,
  });
  response.end(told && JSON.stringify(told));
}
