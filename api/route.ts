import type * as z from 'zod';
import { exampleAnswers } from './example-answers.ts';
import { gatewayMessageSchema, problemSchema, refusalSchema } from './problems.ts';

/** How a route is described, and the answers that several routes share. */
type Schema = z.core.$ZodType;
export type Examples = Record<string, object>;

export type AnswerDescription = {
  description: string;
  schema?: Schema;
  problem?: Schema[];
  examples?: Examples;
  headers?: string[];
};

export type RouteDescription = {
  id: string;
  tag: string;
  summary: string;
  description?: string;
  /** What a caller needs: IAM credentials, or the URL alone. */
  proof: 'iam' | 'url';
  key?: 'required' | 'optional';
  query?: { name: string; description: string };
  body?: { schema?: Schema; required: boolean; examples: Examples; description?: string };
  answers: Record<number, AnswerDescription>;
};

const problemOf =
  (...schemas: Schema[]) =>
  (description: string, examples?: Examples): AnswerDescription => ({
    description,
    problem: schemas,
    ...(examples && { examples }),
  });
/** The relay refuses the request. */
export const fromRelay = problemOf(problemSchema);
/** Klarna refuses it. */
export const fromKlarna = problemOf(refusalSchema);
export const fromEither = problemOf(problemSchema, refusalSchema);

export const bodyTooLarge = fromRelay(
  'The body is over 1 MB, or its lines are too large to be kept until Klarna has answered; nothing was done.',
);
export const unreadableRequest = fromRelay(
  'The body is not a JSON object, or Idempotency-Key is missing, is longer than 255 bytes or has control characters.',
);
export const wrongFieldsExample = { 'fields are wrong': exampleAnswers.wrongFields };
export const klarnaNotFound = "Klarna's refusal where something does not exist.";
export const klarnaWrongState = "Klarna's refusal where the state does not allow it.";

export const oncePerKey =
  'Done once per Idempotency-Key: a repeat gets the result of the first request, and resumes one that was interrupted. The same key with another request is 422.';

export const stillUnderWay =
  'Klarna has not answered yet; the relay asks again, under the same key, until it does. Learn the result from the event `Payment Operation Finished` with this `operation.id`, from GET /payments/{payment} (Location), or by repeating the request under the same Idempotency-Key.';

/** The answers of API Gateway, before any function sees the request. */
export const throttledAnswer: AnswerDescription = {
  description: 'Too many requests: try again later.',
  schema: gatewayMessageSchema,
};
export const forbiddenAnswer: AnswerDescription = {
  description: 'The request is not signed, or its signer may not call this route.',
  schema: gatewayMessageSchema,
};
