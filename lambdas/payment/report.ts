import type { Facts } from './facts.ts';
import type { FinishedOperation } from './operation.ts';
import type { Meaning } from './stages.ts';

/** Where a report comes from: four kinds of callback, our two reads of Klarna, our own operations, our clock. */
export const sources = [
  'status_update',
  'authorization',
  'notification',
  'push',
  'session_read',
  'order_read',
  'operation',
  'clock',
] as const;
export type Source = (typeof sources)[number];

/** What proves a report. */
export const proofs = ['url_secret', 'signature', 'read_back', 'clock'] as const;
export type VerifiedBy = (typeof proofs)[number];

/** What can be read from Klarna about a payment. */
export type ReadTarget = 'session' | 'order';

/**
 * The Klarna order as it was last read at `at`, by a process that had the payment's `version` in hand; amounts in minor
 * units of `currency`, under Klarna's names.
 */
export type OrderSnapshot = {
  at: string;
  version: number;
  status?: string | undefined;
  fraud_status?: string | undefined;
  order_amount?: number | undefined;
  captured_amount?: number | undefined;
  refunded_amount?: number | undefined;
  remaining_authorized_amount?: number | undefined;
  currency?: string | undefined;
  /** Until when it may be captured. */
  expires_at?: string | undefined;
};

/** What became of an order that a notification or push named: `read`, or `foreign` where it names another payment. */
export type HintResult = 'read' | 'foreign';

/** One statement about a payment from one source. Equal reports have equal ids. */
export type Report = {
  id: string;
  source: Source;
  verifiedBy: VerifiedBy;
  /** Klarna's clock, or ours where Klarna gives no time. */
  at: string;
  observedAt: string;
  /** Klarna's word as it came, believed or not. */
  word?: string | undefined;
  /**
   * The word's meaning where we may believe it. `about`: it describes the session, or only the stage of the payment.
   */
  statement?: { pspStatus: string; meaning: Meaning; about: 'session' | 'stage' };
  facts: Facts;
  /** What must be read from Klarna before this report is complete. */
  readRequest?: ReadTarget | undefined;
  /** An order to read, named by a source that is not believed before that. */
  hintedOrderId?: string | undefined;
  /** Klarna announced that the order was stopped or rejected. The order is read until it says so itself. */
  riskStop?: true | undefined;
  /**
   * The read of Klarna that this report came from, and the payment's version when it started: it answers every request
   * that was saved by then. Clocks of functions differ, versions do not.
   */
  read?: { target: ReadTarget; startedAt: string; version: number };
  /** The hinted order that this report settles: it was read, or it is none of ours. */
  settlesHint?: { order_id: string; as: HintResult };
  order?: OrderSnapshot;
  /** The operation that this is Klarna's answer to; `statement` is its result and moves no stage. */
  operation?: FinishedOperation;
  /**
   * The field in which the order differs from our payment, although it has our reference. Kept as a conflict, never
   * applied.
   */
  doubt?: string;
  /** The id of another report of the same save on which this one depends: where that is a duplicate, so is this. */
  follows?: string;
};
