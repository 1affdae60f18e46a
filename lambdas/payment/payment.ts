import type { Facts } from './facts.ts';
import type { Stage } from './stages.ts';

/** A payment's name in every URL, item and event; given by `paymentId` in klarna/genuine.ts only. */
export type PaymentId = string & { readonly brand: 'PaymentId' };

export type Source = 'status_update' | 'authorization' | 'notification' | 'push';
export type VerifiedBy = 'url_secret' | 'signature' | 'read_back';

/** What one word means: a row of the status table. `stage` is absent where the word moves no payment. */
export type Meaning = {
  state: 'SUCCESS' | 'WAITING' | 'ERROR';
  code: 'SUCCEEDED' | 'FAILED' | 'BAD_REQUEST';
  /** True when no other word can follow in this session. */
  final: boolean;
  stage?: Stage;
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
  word?: string;
  /** What it means where we may believe it, and whether it speaks of the session or only of how far the payment got. */
  says?: { pspStatus: string; means: Meaning; register: 'session' | 'stage' };
  facts: Facts;
  /** What has to be read from Klarna before this telling is settled. */
  look?: Look | undefined;
  /** The order to read, as somebody named it whose word is not believed before that. */
  hint?: string | undefined;
};

export type Look = 'session' | 'order';

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
};

/**
 * advanced: a change was published. noted: something new was kept. duplicate: nothing new. late: it trails what we hold.
 * conflict: it cannot be true together with what we hold. unpublished: a move of the session word found the history full.
 */
export type Outcome = 'advanced' | 'noted' | 'duplicate' | 'late' | 'conflict' | 'unpublished';

export type Heard = Pick<Report, 'id' | 'source' | 'word' | 'at' | 'heardAt'> & { outcome: Outcome };

/** One payment, one item: what is true now, what was heard, and every change: history, receipt and outbox at once. */
export type Payment = {
  id: PaymentId;
  /** The number of saves; 0 has never been saved. */
  version: number;
  stage: Stage;
  session?: { word: string; at: string; final: boolean };
  facts: Facts;
  /** The latest tellings, oldest first, at most `limits.heard`. */
  heard: Heard[];
  changes: Change[];
  /** Tellings that cannot be true together with what we hold: kept, never applied, at most `limits.conflicts`. */
  conflicts: Report[];
  /** What has to be read from Klarna, and when we were last told so. */
  looks: Partial<Record<Look, string>>;
  /** The order that was last hinted at: to be read, not to be believed. */
  hinted?: undefined | { order_id: string; heardAt: string };
  /** How many moves of the session word found the history full. */
  unpublished: number;
  openedAt: string;
};

/** They keep an item under 64 KB whatever arrives (proved in test/payment/limits.test.ts). */
export const limits = { heard: 40, changes: 40, conflicts: 4 } as const;

/** A payment that nobody has told us anything about. */
export const open = (id: PaymentId, at: string): Payment => ({
  id,
  version: 0,
  stage: 'created',
  facts: {},
  heard: [],
  changes: [],
  conflicts: [],
  looks: {},
  unpublished: 0,
  openedAt: at,
});
