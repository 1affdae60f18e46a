import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { apiEvent, type Match } from './api-event.ts';
import type { RunningFunction } from '../cloud/running-function.ts';
import { crowding } from './throttle.ts';

/** A route of the template with the function behind it. */
export type ServedRoute = { key: string; invoke: RunningFunction['invoke'] };

/** What has been answered, for whoever watches; `route` is the template's, without the values in it. */
export type Answered = { route: string; status: number; text: string };

/** What it was asked: the route's parameters, the query and the body as they came, secrets and all; it took so many milliseconds. */
export type Asked = {
  parameters: Record<string, string>;
  query: string;
  key: string | undefined;
  /** Empty where it was turned away unread. */
  body: Buffer;
  took: number;
};

/**
 * API Gateway's HTTP API: matches the template's routes, calls the function, turns its answer into HTTP. What `admits` turns away
 * is told so at once (429), and so is who would find too long a queue before a function (503): both ask to come again.
 */
export const httpApi = (
  routes: ServedRoute[],
  watch: (answered: Answered, asked: Asked) => void,
  admits: (route: string) => boolean = () => true,
) => {
  const crowd = crowding();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const began = performance.now();
    const found = match(request, routes);
    let body: Buffer = Buffer.alloc(0);
    const read = (all: Buffer) => {
      body = all;
    };
    const answer = await answerOf(found, { request, read, admits, crowd });
    response.writeHead(answer.status, answer.headers).end(answer.body);
    const answered = { route: found?.route.key ?? 'none', status: answer.status, text: answer.body.toString() };
    const took = performance.now() - began;
    watch(answered, askedBy(request, { parameters: found?.pathParameters ?? {}, body, took }));
  };
};

const askedBy = ({ url = '', headers }: IncomingMessage, rest: Pick<Asked, 'parameters' | 'body' | 'took'>): Asked => ({
  ...rest,
  query: url.split('?').slice(1).join('?'),
  key: headers['idempotency-key']?.toString(),
});

type Http = { status: number; headers: Record<string, string>; body: string | Buffer };

const message = (status: number, text: string, headers: Record<string, string> = {}): Http => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message: text }),
});

const busy = message(503, 'Service Unavailable');

const largestBody = 10 * 1024 * 1024;

type Given = {
  request: IncomingMessage;
  read: (body: Buffer) => void;
  admits: (route: string) => boolean;
  crowd: ReturnType<typeof crowding>;
};

async function answerOf(
  found: (Match & { route: ServedRoute }) | undefined,
  { request, read, admits, crowd }: Given,
): Promise<Http> {
  if (!found) return message(404, 'Not Found');
  const { key, invoke } = found.route;
  if (!admits(key)) return message(429, 'Too Many Requests');
  if (crowd.isFull(invoke)) return busy;
  const body = await bodyOf(request);
  if (!body) return message(413, 'Request Entity Too Large', { connection: 'close' });
  read(body);
  if (crowd.isFull(invoke)) return busy; // while the body came, which holds no place in the queue
  try {
    return httpOf(await crowd.with(invoke, apiEvent({ request, body, match: found, requestId: randomUUID() })));
  } catch {
    return message(500, 'Internal Server Error'); // the function's log has the reason
  }
}

/** The body, or undefined as soon as it is too large: no more of it is kept. */
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

const structured = z.object({
  statusCode: z.number(),
  headers: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  body: z._default(z.string(), ''),
  isBase64Encoded: z._default(z.boolean(), false),
});

/** Payload format 2.0: an answer without a status code is itself the body of a 200. */
function httpOf(answer: unknown): Http {
  const hasStatus = typeof answer === 'object' && answer !== null && 'statusCode' in answer;
  if (!hasStatus) {
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode: status, headers = {}, body, isBase64Encoded } = structured.parse(answer);
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  return {
    status,
    headers: { ...(body !== '' && { 'content-type': 'text/plain; charset=utf-8' }), ...texts },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

/** The route whose method and path fit; a path parameter takes one whole, non-empty segment. */
function match(
  { method, url = '/' }: IncomingMessage,
  routes: ServedRoute[],
): (Match & { route: ServedRoute }) | undefined {
  const segments = url.split('?')[0]?.split('/').map(decoded) ?? [];
  for (const route of routes.toSorted((a, b) => parametersOf(a) - parametersOf(b))) {
    const [wanted, path = ''] = route.key.split(' ');
    const pathParameters = wanted === method || wanted === 'ANY' ? parametersIn(path.split('/'), segments) : undefined;
    if (pathParameters) return { route, routeKey: route.key, rawPath: segments.join('/'), pathParameters };
  }
  return undefined;
}

/** The route that names most of the path itself comes first, as with API Gateway. */
const parametersOf = ({ key }: ServedRoute) => key.split('{').length;

function parametersIn(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters = pattern.map((part) => /^\{(\w+)\}$/.exec(part)?.[1]);
  const fits = pattern.every((part, index) => (parameters[index] ? segments[index] !== '' : part === segments[index]));
  if (!fits) return undefined;
  return Object.fromEntries(parameters.flatMap((name, index) => (name ? [[name, segments[index] ?? '']] : [])));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
