import * as z from 'zod/mini';
import { operationRequests } from './operation-requests.ts';
import { chargeRequest, sessionRequest } from './requests.ts';

const url = z.string().check(z.minLength(1));

/**
 * The requests that are kept because they may have to be sent to Klarna again, by kind. `order` is the session that an
 * order or a customer token is made from. Its `auto_capture` is that of a charge that the customer repairs. Its `urls`
 * are those of the session, since the callback key may have been rotated and Klarna takes a repeat whose body differs
 * for another order. `order_expires_at` is when the order's authorization ended before the operation.
 */
const keptRequests = {
  order: z.object({
    ...sessionRequest.shape,
    locale: z.string(),
    auto_capture: z.optional(z.boolean()),
    urls: z.optional(z.object({ notification: url, push: url })),
  }),
  charge: z.object(chargeRequest.shape),
  operation: z.partial(
    // The amount may have been added up from the lines: it is not limited a second time.
    z.object({
      ...operationRequests.captures.shape,
      ...operationRequests.extension.shape,
      amount: z.int(),
      order_expires_at: z.string(),
    }),
  ),
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
  // A newer version wrote fields that this one does not know. Everything that it does know is right.
  if (parsed.error.issues.every(({ code }) => code === 'unrecognized_keys')) return body as KeptRequests[typeof kind];
  throw new Error(
    `the kept ${kind} request: ${parsed.error.issues[0]?.path.join('.') || 'the whole'} is missing or wrong`,
  );
}
