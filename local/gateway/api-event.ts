import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { localAccount } from '../cloud/template.ts';

/** The matching route of a request; path and parameters are percent-decoded, as API Gateway passes them on. */
export type Match = { routeKey: string; rawPath: string; pathParameters: Record<string, string> };

/** A request as an HTTP API passes it to a function: payload format 2.0. */
export function apiEvent(incoming: {
  request: IncomingMessage;
  body: Buffer;
  match: Match;
  requestId: string;
}): APIGatewayProxyEventV2 {
  const { request, body, match, requestId } = incoming;
  const headers = headersOf(request);
  const rawQueryString = request.url?.split('?').slice(1).join('?') ?? '';
  const query = queryOf(rawQueryString);
  const isBase64Encoded = body.length > 0 && !isText(headers['content-type']);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: match.rawPath,
    rawQueryString,
    headers,
    ...(query && { queryStringParameters: query }),
    pathParameters: match.pathParameters,
    requestContext: {
      accountId: localAccount,
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: 'local',
      http: {
        method: request.method ?? '',
        path: match.rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: match.routeKey,
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/**
 * Names in lower case, values of one name joined by a comma. API Gateway passes cookies separately; we receive none.
 */
const headersOf = ({ headersDistinct }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(',')]));

function queryOf(raw: string): Record<string, string> | undefined {
  const query = new URLSearchParams(raw);
  if (query.size === 0) return undefined;
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}

/** The types that API Gateway passes on as text; every other body, and one without a type, becomes base64. */
const isText = (type = '') => /^(text\/|application\/(json|xml|javascript)\b|[^;]*\+(json|xml)\b)/i.test(type.trim());

/** 22/Nov/2026:21:14:03 +0000 */
function clfTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
