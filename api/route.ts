import type * as z from 'zod';
import * as told from './example-answers.ts';
import { gateway, problem, refusal } from './problems.ts';

/** How a route is described, and what many of them answer alike. */
type Schema = z.core.$ZodType;
export type Examples = Record<string, object>;

export type Answer = {
  says: string;
  schema?: Schema;
  problem?: Schema[];
  examples?: Examples;
  headers?: string[];
};

export type Route = {
  id: string;
  tag: string;
  summary: string;
  says?: string;
  /** Who may call: IAM credentials, or whoever holds the URL. */
  proof: 'iam' | 'url';
  key?: 'needed' | 'optional';
  query?: { name: string; says: string };
  body?: { schema?: Schema; required: boolean; examples: Examples; says?: string };
  answers: Record<number, Answer>;
};

const wrong =
  (...schemas: Schema[]) =>
  (says: string, shown?: Examples): Answer => ({
    says,
    problem: schemas,
    ...(shown && { examples: shown }),
  });
export const ours = wrong(problem);
export const either = wrong(problem, refusal);
export const klarnas = wrong(refusal);

export const tooLarge = ours('The body is over 1 MB.');
export const unreadable = ours(
  'The body is no JSON object, or Idempotency-Key is missing or not 1 to 255 printable characters.',
);
export const wrongFields = { 'fields are wrong': told.wrongFields };
export const notOf = "Klarna's refusal where something is not there.";
export const stated = "Klarna's refusal where the state does not allow it.";

export const once =
  'Once per Idempotency-Key: a repeat is told what became of the first, and goes on with one that was interrupted. The same key with another request is 422.';

export const learnTheEnd =
  'Klarna has not answered yet and is asked again, under the same key, until it does. Learn the end from the event `Payment Operation Finished` with this `operation.id`, from GET /payments/{payment} (Location), or by the same request under the same Idempotency-Key.';

/** Before any function was asked. */
export const turnedAway: Answer = { says: 'Too many requests: try again later.', schema: gateway };
export const unsigned: Answer = { says: 'Not signed, or not allowed to call this route.', schema: gateway };
