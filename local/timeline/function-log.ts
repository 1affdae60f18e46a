import * as z from 'zod/mini';

const functionLog = z.object({
  message: z.string(),
  kind: z.optional(z.string()),
  payment: z.optional(z.string()),
  outcome: z.optional(z.string()),
  understood: z.optional(z.string()),
  word: z.optional(z.string()),
  sequence: z.optional(z.number()),
  reason: z.optional(z.string()),
  completed: z.optional(z.string()),
  failed: z.optional(z.string()),
});

/** A log entry of a function, with the fields that the timeline shows. */
export type FunctionLog = z.infer<typeof functionLog>;

/** The log entries in a chunk of output; other output, such as a stack trace, is skipped. */
export const readLog = (text: string): FunctionLog[] => text.split('\n').flatMap(parse);

function parse(json: string): FunctionLog[] {
  try {
    return [functionLog.parse(JSON.parse(json))];
  } catch {
    return [];
  }
}
