import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { apiEvent, type Match } from './api-event.ts';
import type { RunningFunction } from './running-function.ts';

/** A route of the template with the function behind it. */
export type ServedRoute = { key: string; invoke: RunningFunction['invoke'] };

/** What has been answered, for whoever watches; `route` is the template's, without the values in it. */
export type Answered = { route: string; status: number; text: string };

/** API Gateway's HTTP API: matches the template's routes, calls the function, turns its answer into HTTP. */
export const httpApi =
  (routes: ServedRoute[], watch: (answered: Answered) => void) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const found = match(request, routes);
    const answer = await answerOf(found, { request, body });
    response.writeHead(answer.status, answer.headers).end(answer.body);
    watch({ route: found?.route.key ?? 'none', status: answer.status, text: answer.body.toString() });
  };

type Http = { status: number; headers: Record<string, string>; body: string | Buffer };

const message = (status: number, text: string): Http => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: text }),
});

const largestBody = 10 * 1024 * 1024;

async function answerOf(
  found: (Match & { route: ServedRoute }) | undefined,
  { request, body }: { request: IncomingMessage; body: Buffer },
): Promise<Http> {
  if (!found) return message(404, 'Not Found');
  if (body.length > largestBody) return message(413, 'Request Entity Too Large');
  try {
    return httpOf(await found.route.invoke(apiEvent({ request, body, match: found, requestId: randomUUID() })));
  } catch {
    return message(500, 'Internal Server Error'); // the function's log has the reason
  }
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
