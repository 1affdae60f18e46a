import { setTimeout } from 'node:timers/promises';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Logger, reasonOf } from '../../logging/logger.ts';

export type Answer = APIGatewayProxyStructuredResultV2;

/** What a refusal was about, for the log; the metric that counts it; and what the caller is told beside the reason. */
type About = {
  kind?: string;
  payment?: string;
  correlation_id?: string | undefined;
  metric?: 'Forged' | 'Oversized' | 'AmountMismatch';
  details?: object;
};

/** A request that we will not serve: its status, a short reason that holds no secret, and what it was about. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: 400 | 401 | 404 | 409 | 413 | 422;
  readonly about: About;
  constructor(status: Refusal['status'], reason: string, about: About = {}) {
    super(reason);
    this.status = status;
    this.about = about;
  }
}

type Route = (event: APIGatewayProxyEventV2) => Promise<Answer>;

/** Klarna hangs up after 2 s; an HTTP API waits 30 s for us. What takes longer than this is answered 503 and tried again. Milliseconds. */
const patience = { klarna: 1700, merchant: 28_000 };

/**
 * The one middy stack of every HTTP door: a Refusal becomes its status (RFC 9457), everything else 503, so that the caller
 * tries again.
 */
export const http = (journal: Logger, door: Route, caller: keyof typeof patience = 'klarna') =>
  middy<APIGatewayProxyEventV2, Answer, Error, Context>()
    .onError((request) => {
      request.response = answerTo(request.error, journal);
    })
    .handler((event) => inTime(door(event), patience[caller]));

async function inTime(answer: Promise<Answer>, most: number): Promise<Answer> {
  const answered = new AbortController();
  const late = setTimeout(most, undefined, { signal: answered.signal }).then(() => {
    throw new Error(`no answer within ${most} ms`);
  });
  return Promise.race([answer, late]).finally(() => answered.abort());
}

function answerTo(error: Error | null | undefined, journal: Logger): Answer {
  if (error instanceof Refusal) {
    const { status, message: reason } = error;
    const { metric, details, ...about } = error.about;
    const fields = { status, reason, ...about };
    journal({ level: 'warn', message: 'refused', fields, ...(metric && { metrics: { [metric]: 1 } }) });
    return problem(status, reason, details);
  }
  journal({ level: 'error', message: 'failed', fields: { error: error?.name, reason: reasonOf(error) } });
  return problem(503, 'try again');
}

/** A problem without a `type` is titled as its status (RFC 9457, "about:blank"). */
const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  503: 'Service Unavailable',
} as const satisfies Record<Refusal['status'] | 503, string>;

const problem = (status: keyof typeof titles, detail: string, tells: object = {}): Answer => ({
  statusCode: status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ status, title: titles[status], detail, ...tells }),
});

/** A JSON answer to a merchant. */
export const json = (statusCode: number, body: object, headers: Record<string, string> = {}): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
