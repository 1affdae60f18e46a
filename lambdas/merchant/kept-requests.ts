import * as z from 'zod/mini';
import { operationRequests } from './operation-requests.ts';
import { chargeRequest, sessionRequest } from './requests.ts';

const url = z.string().check(z.minLength(1));

/**
 * The requests that are kept because they may have to be sent to Klarna again, by kind. `order`: the session that an order or a
 * customer token is made from, with `auto_capture` as a repaired charge asked for it. Klarna treats a repeat whose body differs as
 * another order, and the callback key may have been rotated: `urls` are those of the session.
 */
const keptRequests = {
  order: z.object({
    ...sessionRequest.shape,
    locale: z.string(),
    auto_capture: z.optional(z.boolean()),
    urls: z.optional(z.object({ notification: url, push: url })),
  }),
  charge: z.object(chargeRequest.shape),
  operation: z.partial(z.object({ ...operationRequests.captures.shape, ...operationRequests.extension.shape })),
};

export type KeptRequests = { [Kind in keyof typeof keptRequests]: z.infer<(typeof keptRequests)[Kind]> };

/** What an order is placed with, and a customer token is made from. */
export type OrderRequest = KeptRequests['order'];

/**
 * A kept request as its kind. It was parsed when it was accepted, but days ago and perhaps by another version.
 * @throws naming the field, never quoting a value
 */
export function parseKeptRequest<Kind extends keyof KeptRequests>(kind: Kind, body: unknown): KeptRequests[Kind];
export function parseKeptRequest(kind: keyof KeptRequests, body: unknown): KeptRequests[keyof KeptRequests] {
  const parsed = keptRequests[kind].safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Error(
    `the kept ${kind} request: ${parsed.error.issues[0]?.path.join('.') || 'the whole'} is missing or wrong`,
  );
}
