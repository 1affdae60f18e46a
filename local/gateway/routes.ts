import type { IncomingMessage } from 'node:http';
import type { RunningFunction } from '../cloud/running-function.ts';
import type { Match } from './api-event.ts';

/** A route of the template and its function. */
export type ServedRoute = { key: string; invoke: RunningFunction['invoke'] };

/** The route whose method and path match; a path parameter takes one whole, non-empty segment. */
export function findRoute(
  { method, url = '/' }: IncomingMessage,
  routes: ServedRoute[],
): (Match & { route: ServedRoute }) | undefined {
  const segments = url.split('?')[0]?.split('/').map(decode) ?? [];
  for (const route of routes.toSorted((a, b) => parameterCount(a) - parameterCount(b))) {
    const [routeMethod, path = ''] = route.key.split(' ');
    const sameMethod = routeMethod === method || routeMethod === 'ANY';
    const pathParameters = sameMethod ? parametersIn(path.split('/'), segments) : undefined;
    if (pathParameters) return { route, routeKey: route.key, rawPath: segments.join('/'), pathParameters };
  }
  return undefined;
}

/** As in API Gateway, the route with the fewest parameters goes first. */
const parameterCount = ({ key }: ServedRoute) => key.split('{').length;

function parametersIn(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters = pattern.map((part) => /^\{(\w+)\}$/.exec(part)?.[1]);
  const fits = pattern.every((part, index) => (parameters[index] ? segments[index] !== '' : part === segments[index]));
  if (!fits) return undefined;
  return Object.fromEntries(parameters.flatMap((name, index) => (name ? [[name, segments[index] ?? '']] : [])));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
