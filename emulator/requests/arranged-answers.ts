import * as z from 'zod';
import type { KlarnaAnswer } from '../state.ts';

/** An answer that replaces Klarna's for the next matching requests, as POST /control/answers takes it. */
export const arrangement = z.strictObject({
  method: z.string().optional(),
  /** A part of the path. */
  path: z.string().optional(),
  status: z.int().default(503),
  error_code: z.string().optional(),
  body: z.unknown().optional(),
  /** Seconds until the limit is reset, with status 429. */
  reset: z.number().optional(),
  times: z.int().min(1).default(1),
  /** True: Klarna carries out the request; only its answer is replaced. */
  applies: z.boolean().default(false),
  /** True: the connection is closed without an answer. */
  hang: z.boolean().default(false),
});
type Arrangement = z.infer<typeof arrangement>;

/** The arrangements still to be used, each as often as its `times`. */
export function arrangedAnswers() {
  let pending: Arrangement[] = [];
  return {
    arrange: (more: Arrangement[]) => {
      pending = [...pending, ...more];
    },
    clear: () => {
      pending = [];
    },
    next: (method: string, path: string): Arrangement | undefined => {
      const found = pending.find((each) => (each.method ?? method) === method && path.includes(each.path ?? ''));
      if (!found) return undefined;
      found.times -= 1;
      if (found.times === 0) pending = pending.filter((each) => each !== found);
      return found;
    },
  };
}

export type ArrangedAnswers = ReturnType<typeof arrangedAnswers>;

/** Klarna's answer, or what is arranged instead; `none` closes the connection. */
export function answerAsArranged(arranged: Arrangement | undefined, answer: () => KlarnaAnswer): KlarnaAnswer | 'none' {
  if (!arranged) return answer();
  if (arranged.applies) answer();
  return arranged.hang ? 'none' : arrangedAnswer(arranged);
}

const usualCodes: Record<number, string> = {
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

function arrangedAnswer({ status, error_code, body, reset }: Arrangement): KlarnaAnswer {
  const headers: Record<string, string> = reset === undefined ? {} : { 'x-ratelimit-reset': String(reset) };
  if (body !== undefined) return { status, headers, body: body as object };
  return { status, headers, body: { error_code: error_code ?? usualCodes[status], error_messages: ['arranged'] } };
}
