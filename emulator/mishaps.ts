import * as z from 'zod';
import type { Answer } from './state.ts';

/**
 * How Klarna's servers answer next, instead of what they would: with this status and code, or `hang`: not at all.
 * `applies`: what was asked is done all the same, only its answer is lost.
 */
export const answering = z.strictObject({
  method: z.string().optional(),
  /** A part of the path. */
  path: z.string().optional(),
  status: z.int().default(503),
  error_code: z.string().optional(),
  body: z.unknown().optional(),
  /** Seconds until the limit is reset, with status 429. */
  reset: z.number().optional(),
  times: z.int().min(1).default(1),
  applies: z.boolean().default(false),
  hang: z.boolean().default(false),
});
export type Answering = z.infer<typeof answering>;

/** What is arranged for the next requests, each used up after so many times. */
export function arrangedAnswers() {
  let arranged: Answering[] = [];
  return {
    arrange: (more: Answering[]) => {
      arranged = [...arranged, ...more];
    },
    clear: () => {
      arranged = [];
    },
    next: (method: string, path: string): Answering | undefined => {
      const found = arranged.find((each) => (each.method ?? method) === method && path.includes(each.path ?? ''));
      if (!found) return undefined;
      found.times -= 1;
      if (found.times === 0) arranged = arranged.filter((each) => each !== found);
      return found;
    },
  };
}

const usual: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'NOT_ALLOWED',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  422: 'UNPROCESSABLE_ENTITY',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
};

export function arrangedAnswer({ status, error_code, body, reset }: Answering): Answer {
  const headers: Record<string, string> = reset === undefined ? {} : { 'x-ratelimit-reset': String(reset) };
  if (body !== undefined) return { status, headers, body: body as object };
  return { status, headers, body: { error_code: error_code ?? usual[status], error_messages: ['arranged'] } };
}
