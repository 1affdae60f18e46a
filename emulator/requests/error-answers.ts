import { randomUUID } from 'node:crypto';
import { KlarnaProblem } from '../problem.ts';
import type { KlarnaAnswer } from '../state.ts';

/** The answer, or the error that was thrown instead, in Klarna's error envelope. */
export function answerOrError(answer: () => KlarnaAnswer): KlarnaAnswer {
  try {
    return answer();
  } catch (error) {
    return errorAnswer(error);
  }
}

export function errorAnswer(error: unknown): KlarnaAnswer {
  if (!(error instanceof KlarnaProblem))
    return { status: 500, body: { error_code: 'INTERNAL_SERVER_ERROR', error_messages: [String(error)] } };
  return { status: error.status, body: { error_code: error.code, error_messages: [error.message], ...error.more } };
}

/** Adds the correlation id that every answer has in a header, and errors in their body as well. */
export function withCorrelationId({ status, body, headers }: KlarnaAnswer): KlarnaAnswer {
  const correlation_id = randomUUID();
  const sent = body && status >= 400 ? { correlation_id, ...body } : body;
  return { status, headers: { 'klarna-correlation-id': correlation_id, ...headers }, ...(sent && { body: sent }) };
}
