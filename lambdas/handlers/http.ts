import { setTimeout } from 'node:timers/promises';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Journal } from './journal.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/** A request that we will not serve: its status, a short reason that holds no secret, what it was about and the metric that counts it. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: 401 | 404 | 413;
  readonly about: { kind?: string; payment?: string; counts?: 'Forged' | 'Oversized' };
  constructor(status: Refusal['status'], reason: string, about: Refusal['about'] = {}) {
    super(reason);
    this.status = status;
    this.about = about;
  }
}

/** The one middy stack of every HTTP door: a Refusal becomes its status, everything else 503, so that Klarna tries again. */
export const http = (journal: Journal, door: (event: APIGatewayProxyEventV2) => Promise<Answer>) =>
  middy<APIGatewayProxyEventV2, Answer, Error, Context>()
    .onError((request) => {
      request.response = answerTo(request.error, journal);
    })
    .handler((event) => inTime(door(event)));

/** Klarna hangs up after 2 s; what takes longer than this is answered 503 and tried again. Milliseconds. */
const patience = 1700;

async function inTime(answer: Promise<Answer>): Promise<Answer> {
  const answered = new AbortController();
  const late = setTimeout(patience, undefined, { signal: answered.signal }).then(() => {
    throw new Error(`no answer within ${patience} ms`);
  });
  return Promise.race([answer, late]).finally(() => answered.abort());
}

function answerTo(error: Error | null | undefined, journal: Journal): Answer {
  if (error instanceof Refusal) {
    const { status, message: reason } = error;
    const { counts, ...about } = error.about;
    const fields = { status, reason, ...about };
    journal({ level: 'warn', message: 'refused', fields, ...(counts && { metrics: { [counts]: 1 } }) });
    return problem(status, reason);
  }
  journal({ level: 'error', message: 'failed', fields: { error: error?.name, reason: reasonOf(error) } });
  return problem(503, 'try again');
}

/** A parser's message quotes what it could not read; it stays out of the log. */
const reasonOf = (error: Error | null | undefined) => (error instanceof SyntaxError ? undefined : error?.message);

const problem = (statusCode: number, title: string): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ status: statusCode, title }),
});
