/** A message to the timeline's page, JSON over server-sent events. It contains no secret. */
export type TimelineMessage = { entry: TimelineEntry } | { payment: PaymentSummary } | { now: string };

export type Place = 'shop' | 'klarna' | 'relay' | 'table' | 'bus';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

/** One thing that happened. Times are ISO 8601 by the local run's clock. */
export type TimelineEntry = {
  /** 1, 2, 3 … over all payments. */
  number: number;
  at: string;
  payment: string;
  from: Place;
  to: Place;
  title: string;
  /** One or two words. */
  result: string;
  tone: Tone;
  why?: string | undefined;
  /** True when `why` shows without opening the entry. */
  showsWhy?: boolean;
  detail?: unknown;
  /** The same request as a command, without secrets and personal data. */
  curl?: string | undefined;
  /** True for a callback that can be sent again. */
  canResend?: boolean;
};

/** A payment in the list. Amount in minor units. */
export type PaymentSummary = {
  payment: string;
  stage: string;
  session?: string | undefined;
  amount?: number | undefined;
  currency?: string | undefined;
  flow?: string | undefined;
  changes: number;
  openedAt: string;
  at: string;
  nextTask?: { kind: string; dueAt: string } | undefined;
};
