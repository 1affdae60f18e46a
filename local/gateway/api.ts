import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { apiEvent, type Match } from './api-event.ts';
import { queueLimit } from './queue-limit.ts';
import { findRoute, type ServedRoute } from './routes.ts';

/** An answer for observers; `route` is the template's, without the values in the path. */
export type ApiAnswer = { route: string; status: number; text: string };

/** The request of an answer as it came, with all its secrets. */
export type ApiRequest = {
  parameters: Record<string, string>;
  query: string;
  idempotencyKey: string | undefined;
  /** Empty if the request was refused before its body was read. */
  body: Buffer;
  /** Milliseconds from the request to the answer. */
  took: number;
};

/**
 * API Gateway's HTTP API: matches the template's routes, calls the function, turns its answer into HTTP. A request over
 * the rate limit (`admits`) gets 429 at once, and one for a function with a full queue 503: both mean that the caller
 * may retry.
 */
export function httpApi(options: {
  routes: ServedRoute[];
  watch: (answer: ApiAnswer, request: ApiRequest) => void;
  admits?: (route: string) => boolean;
}) {
  const { routes, watch, admits = () => true } = options;
  const queue = queueLimit();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const start = performance.now();
    const match = findRoute(request, routes);
    let body: Buffer = Buffer.alloc(0);
    const keepBody = (all: Buffer) => {
      body = all;
    };
    const answer = await answerTo(request, match, { keepBody, admits, queue });
    response.writeHead(answer.status, answer.headers).end(answer.body);
    watch(
      { route: match?.route.key ?? 'none', status: answer.status, text: answer.body.toString() },
      { ...queryAndKey(request), parameters: match?.pathParameters ?? {}, body, took: performance.now() - start },
    );
  };
}

const queryAndKey = ({ url = '', headers }: IncomingMessage): Pick<ApiRequest, 'query' | 'idempotencyKey'> => ({
  query: url.split('?').slice(1).join('?'),
  idempotencyKey: headers['idempotency-key']?.toString(),
});

type HttpAnswer = { status: number; headers: Record<string, string>; body: string | Buffer };

const message = (status: number, text: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message: text }),
});

const busy = message(503, 'Service Unavailable');

const largestBody = 10 * 1024 * 1024;

async function answerTo(
  request: IncomingMessage,
  match: (Match & { route: ServedRoute }) | undefined,
  {
    keepBody,
    admits,
    queue,
  }: {
    keepBody: (body: Buffer) => void;
    admits: (route: string) => boolean;
    queue: ReturnType<typeof queueLimit>;
  },
): Promise<HttpAnswer> {
  if (!match) return message(404, 'Not Found');
  const { key, invoke } = match.route;
  if (!admits(key)) return message(429, 'Too Many Requests');
  if (queue.isFull(invoke)) return busy;
  const body = await bodyOf(request);
  if (!body) return message(413, 'Request Entity Too Large', { connection: 'close' });
  keepBody(body);
  if (queue.isFull(invoke)) return busy; // it may have filled up while the body arrived
  try {
    return httpAnswer(await queue.invoke(invoke, apiEvent({ request, body, match, requestId: randomUUID() })));
  } catch {
    return message(500, 'Internal Server Error'); // the function's log has the reason
  }
}

/** The body, or undefined as soon as it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const functionAnswer = z.object({
  statusCode: z.number(),
  headers: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  body: z._default(z.string(), ''),
  isBase64Encoded: z._default(z.boolean(), false),
});

/** Payload format 2.0: an answer without a status code is itself the body of a 200. */
function httpAnswer(answer: unknown): HttpAnswer {
  const hasStatus = typeof answer === 'object' && answer !== null && 'statusCode' in answer;
  if (!hasStatus) {
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode: status, headers = {}, body, isBase64Encoded } = functionAnswer.parse(answer);
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  return {
    status,
    headers: { ...(body !== '' && { 'content-type': 'text/plain; charset=utf-8' }), ...texts },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}
