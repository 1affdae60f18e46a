import type { Change } from './change.ts';
import type { Facts } from './facts.ts';
import type { Operation } from './operation.ts';
import type { PaymentId } from './payment-id.ts';
import type { HintResult, OrderSnapshot, ReadTarget, Report } from './report.ts';
import type { Stage } from './stages.ts';

/**
 * advanced: a change was published. noted: something new was kept. duplicate: nothing new. late: it trails what we
 * hold. conflict: it cannot be true together with what we hold. unpublished: a session word changed and the history was
 * full.
 */
export type Outcome = 'advanced' | 'noted' | 'duplicate' | 'late' | 'conflict' | 'unpublished';

/** What is remembered of a report, so that its repeat is recognised. */
type ReportSummary = Pick<Report, 'id' | 'source' | 'word' | 'at' | 'observedAt'> & { outcome: Outcome };

export const flows = ['capture', 'authorize', 'review', 'tokenize', 'buy_and_tokenize'] as const;

/**
 * What a merchant's request is for: pay at once, authorize, authorize with a review, store a token, or buy and store a
 * token.
 */
type Flow = (typeof flows)[number];

/** An order that a notification or push named: to be read, not to be believed. Without `result` it is still to be read. */
export type HintedOrder = { order_id: string; observedAt: string; result?: HintResult | undefined };

/** How often in a row a task failed since when, and until when it pauses. */
type Backoff = { count: number; since: string; until: string };

/** What the merchant requested from us; absent where the merchant's own backend talks to Klarna. */
export type PaymentRequest = {
  flow: Flow | 'charge';
  /** Minor units of `currency`. */
  amount: number;
  currency: string;
  /** Distinguishes another request under the same idempotency key from a repeat. */
  fingerprint: string;
};

/**
 * One payment, one item: its current state, the reports behind it, and every change. `changes` is history, receipt and
 * outbox at once.
 */
export type Payment = {
  id: PaymentId;
  /** Names this life of the id: another one after the item was deleted or restored. A later one sorts after it. */
  incarnation: string;
  /** The number of saves; 0 has never been saved. */
  version: number;
  /** The ids of the latest saves: a process whose save was not answered finds its own among them. */
  saveIds?: string[] | undefined;
  /** The Klarna merchant whose credentials serve this payment. */
  account: string;
  request?: PaymentRequest | undefined;
  /** Where the shopper goes. */
  redirect_url?: string | undefined;
  stage: Stage;
  session?: { word: string; at: string; final: boolean } | undefined;
  order?: OrderSnapshot | undefined;
  facts: Facts;
  /** Our requests to Klarna, oldest first: stored before each call, with Klarna's answer after it. */
  operations: Operation[];
  /** The latest reports, oldest first, at most `limits.recentReports`. */
  recentReports: ReportSummary[];
  changes: Change[];
  /**
   * Reports that cannot be true together with what we hold: kept, never applied, at most `limits.conflicts`. Equal ones
   * share a place.
   */
  conflicts: Report[];
  /** What has to be read from Klarna: the version that saved the last request, and when that was. */
  readRequests: Partial<Record<ReadTarget, { version: number; at: string }>>;
  /** The last read: from which version it started and when, and which version saved it. */
  lastReads: Partial<Record<ReadTarget, { version: number; at: string; savedIn: number }>>;
  /** At most `limits.hintedOrders`. */
  hintedOrders: HintedOrder[];
  /** When Klarna last announced that the order was stopped or rejected. */
  riskStop?: string | undefined;
  /** Pauses of tasks that failed, by `taskKey`. */
  backoffs: Record<string, Backoff>;
  /** How many of the changes the bus is known to have accepted, and when we last compared. */
  confirmation?: { sequence: number; at: string } | undefined;
  openedAt: string;
};
