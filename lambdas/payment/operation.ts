import type { Meaning } from './stages.ts';

/**
 * Requests to Klarna on behalf of a payment. Tasks ask for `order` and `customer_token`, the merchant for the others.
 */
export const operationKinds = [
  'session',
  'customer_token',
  'order',
  'charge',
  'capture',
  'refund',
  'cancellation',
  'release',
  'extension',
] as const;
export type OperationKind = (typeof operationKinds)[number];

/** A finished operation as subscribers see it. Amount in minor units of `currency`. */
export type FinishedOperation = {
  id: string;
  kind: OperationKind;
  amount?: number | undefined;
  currency?: string | undefined;
  reference?: string | undefined;
  capture_id?: string | undefined;
  refund_id?: string | undefined;
  /** Klarna's id of the request, for its support. */
  correlation_id?: string | undefined;
};

/** `id` is also the Klarna-Idempotency-Key: the same however often the same thing is requested. */
export type Operation = FinishedOperation & {
  /** Distinguishes another request under the same id from a repeat; of an order, the token that it is placed with. */
  fingerprint: string;
  askedAt: string;
  /** When a task last resumed it because it had no result. */
  resumedAt?: string | undefined;
  result?: Result | undefined;
};

type Result = {
  pspStatus: string;
  state: Meaning['state'];
  code: Meaning['code'];
  at: string;
};
