import { setTimeout } from 'node:timers/promises';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Logger, reasonOf } from '../../logging/logger.ts';

export type HttpAnswer = APIGatewayProxyStructuredResultV2;

/**
 * What a refusal concerns, for the log; the metric that counts it; and the details that the caller gets beside the
 * reason.
 */
type Subject = {
  kind?: string;
  payment?: string;
  correlation_id?: string | undefined;
  metric?: 'Forged' | 'Oversized' | 'OrderMismatch';
  details?: object;
};

/** A request that we will not serve: its status, a short reason that holds no secret, and what it concerns. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: 400 | 401 | 404 | 409 | 413 | 422;
  readonly subject: Subject;
  constructor(status: Refusal['status'], reason: string, subject: Subject = {}) {
    super(reason);
    this.status = status;
    this.subject = subject;
  }
}

type Route = (event: APIGatewayProxyEventV2) => Promise<HttpAnswer>;

/**
 * How long each caller waits for an answer, in milliseconds, with time left to send it: Klarna gives up after 2 s, an
 * HTTP API after 30 s. A slower answer becomes 503, and the caller tries again.
 */
const timeoutMs = { klarna: 1700, merchant: 28_000, shopper: 8_000 };

/**
 * The middy stack of every HTTP route: a Refusal becomes its status (RFC 9457), any other error 503, so that the caller
 * tries again.
 */
export const endpoint = (logger: Logger, caller: keyof typeof timeoutMs, route: Route) =>
  middy<APIGatewayProxyEventV2, HttpAnswer, Error, Context>()
    .onError((request) => {
      request.response = errorAnswer(request.error, logger);
    })
    .handler((event) => inTime(route(event), timeoutMs[caller]));

async function inTime(answer: Promise<HttpAnswer>, most: number): Promise<HttpAnswer> {
  const answered = new AbortController();
  const timeout = setTimeout(most, undefined, { signal: answered.signal }).then(() => {
    throw new Error(`no answer within ${most} ms`);
  });
  return Promise.race([answer, timeout]).finally(() => answered.abort());
}

function errorAnswer(error: Error | null | undefined, logger: Logger): HttpAnswer {
  if (error instanceof Refusal) {
    const { status, message: reason } = error;
    const { metric, details, ...subject } = error.subject;
    const fields = { status, reason, ...subject };
    logger({ level: 'warn', message: 'refused', fields, ...(metric && { metrics: { [metric]: 1 } }) });
    return problem(status, reason, details);
  }
  logger({ level: 'error', message: 'failed', fields: { error: error?.name, reason: reasonOf(error) } });
  return problem(503, 'try again');
}

/** A problem without a `type` has its status as its title (RFC 9457, "about:blank"). */
const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  503: 'Service Unavailable',
} as const satisfies Record<Refusal['status'] | 503, string>;

const problem = (status: keyof typeof titles, detail: string, details: object = {}): HttpAnswer => ({
  statusCode: status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ status, title: titles[status], detail, ...details }),
});

/** A JSON answer. */
export const json = (statusCode: number, body: object, headers: Record<string, string> = {}): HttpAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
