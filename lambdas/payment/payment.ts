import type { Attention } from './attention.ts';
import type { Facts } from './facts.ts';
import type { Operation, OperationKind } from './claims.ts';
import type { Stage } from './stages.ts';

/** A payment's name in every URL, item and event; given by `paymentId` in klarna/genuine.ts only. */
export type PaymentId = string & { readonly brand: 'PaymentId' };

/** Four kinds of callback, what we ask Klarna ourselves, and our own clock. */
export type Source =
  | 'status_update'
  | 'authorization'
  | 'notification'
  | 'push'
  | 'session_read'
  | 'order_read'
  | 'operation'
  | 'clock';
export type VerifiedBy = 'url_secret' | 'signature' | 'read_back' | 'clock';

/** What one word means: a row of the status table. `stage` is absent where the word moves no payment. */
export type Meaning = {
  state: 'SUCCESS' | 'WAITING' | 'ERROR';
  code: 'SUCCEEDED' | 'FAILED' | 'BAD_REQUEST';
  /** True when no other word can follow in this session. */
  final: boolean;
  stage?: Stage;
};

/** The Klarna order as it was last read at `at`; amounts in minor units of `currency`, under Klarna's names. */
export type OrderAsRead = {
  at: string;
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

/** One thing somebody told us. Equal tellings have equal ids. Times: ISO 8601, UTC, milliseconds. */
export type Report = {
  id: string;
  source: Source;
  verifiedBy: VerifiedBy;
  /** Klarna's clock, or ours where Klarna tells no time. */
  at: string;
  heardAt: string;
  /** What was said, as it came, believed or not. */
  word?: string | undefined;
  /** What it means where we may believe it, and whether it speaks of the session or only of how far the payment got. */
  says?: { pspStatus: string; means: Meaning; register: 'session' | 'stage' };
  facts: Facts;
  /** What has to be read from Klarna before this telling is settled. */
  look?: Look | undefined;
  /** The order to read, as somebody named it whose word is not believed before that. */
  hint?: string | undefined;
  /** What Klarna was asked for this telling, and when the asking began: older requests to look are settled by it. */
  read?: { look: Look; began: string };
  order?: OrderAsRead;
  /** The operation that this is Klarna's answer to; `says` is its result and moves no stage. */
  operation?: Finished;
  /** Why it cannot be about this payment, although it carries its name: kept apart, never applied. */
  doubt?: string;
  /** The id of a telling of the same save without which this one means nothing: where that was no news, nor is this. */
  follows?: string;
};

export type Look = 'session' | 'order';

/** A finished operation as subscribers see it. Amount in minor units of `currency`. */
export type Finished = {
  id: string;
  kind: OperationKind;
  amount?: number | undefined;
  currency?: string | undefined;
  reference?: string | undefined;
  capture_id?: string | undefined;
  refund_id?: string | undefined;
  /** Klarna's name for the request, for its support. */
  correlation_id?: string | undefined;
};

/** One move of one payment, as subscribers see it. */
export type Change = {
  id: string;
  paymentId: PaymentId;
  /** 1, 2, 3 … per payment, without gaps. */
  sequence: number;
  stage: { from: Stage; to: Stage };
  pspStatus: string;
  state: Meaning['state'];
  code: Meaning['code'];
  final: boolean;
  at: string;
  observedAt: string;
  observedVia: Source;
  verifiedBy: VerifiedBy;
  operation?: Finished;
  attention?: Attention;
};

/**
 * advanced: a change was published. noted: something new was kept. duplicate: nothing new. late: it trails what we hold.
 * conflict: it cannot be true together with what we hold. unpublished: a move of the session word found the history full.
 */
export type Outcome = 'advanced' | 'noted' | 'duplicate' | 'late' | 'conflict' | 'unpublished';

export type Heard = Pick<Report, 'id' | 'source' | 'word' | 'at' | 'heardAt'> & { outcome: Outcome };

export type Flow = 'capture' | 'authorize' | 'review' | 'tokenize' | 'buy_and_tokenize';

/** What the merchant asked us for; absent where the merchant's own backend talks to Klarna. */
export type Asked = {
  flow: Flow | 'charge';
  /** Minor units of `currency`. */
  amount: number;
  currency: string;
  /** Tells another request under the same idempotency key from a repeat. */
  fingerprint: string;
};

/** One payment, one item: what is true now, what was heard, and every change: history, receipt and outbox at once. */
export type Payment = {
  id: PaymentId;
  /** The number of saves; 0 has never been saved. */
  version: number;
  /** The Klarna merchant whose credentials serve this payment. */
  account: string;
  asked?: Asked | undefined;
  /** Where the shopper goes. */
  redirect_url?: string | undefined;
  stage: Stage;
  session?: { word: string; at: string; final: boolean } | undefined;
  order?: OrderAsRead | undefined;
  facts: Facts;
  /** What we asked of Klarna, oldest first: noted before each call, with Klarna's answer after it. */
  operations: Operation[];
  /** The latest tellings, oldest first, at most `limits.heard`. */
  heard: Heard[];
  changes: Change[];
  /** Tellings that cannot be true together with what we hold: kept, never applied, at most `limits.conflicts`. */
  conflicts: Report[];
  /** What has to be read from Klarna, and when we were last told so. */
  looks: Partial<Record<Look, string>>;
  /** When we last began to read it. */
  reads: Partial<Record<Look, string>>;
  /** The order that was last hinted at: to be read, not to be believed. */
  hinted?: undefined | { order_id: string; heardAt: string };
  /** How often in a row Klarna could not be asked, and until when it is left alone. */
  setbacks?: { count: number; until: string } | undefined;
  /** How many of the changes the bus is known to have taken, and when that was last looked up. */
  confirmed?: { sequence: number; at: string } | undefined;
  /** How many moves of the session word found the history full. */
  unpublished: number;
  openedAt: string;
};

/** They keep an item under 384 KB whatever arrives; DynamoDB takes 400 (proved in test/lambdas/payment/limits.test.ts). */
export const limits = { heard: 40, changes: 40, conflicts: 4, operations: 192, warnings: 20 } as const;

/** A payment that nobody has told us anything about. */
export const open = (id: PaymentId, at: string): Payment => ({
  id,
  version: 0,
  account: 'default',
  stage: 'created',
  facts: {},
  operations: [],
  heard: [],
  changes: [],
  conflicts: [],
  looks: {},
  reads: {},
  unpublished: 0,
  openedAt: at,
});
