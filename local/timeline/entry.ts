/** What the timeline's page is told, as JSON over server-sent events. Nothing in it is a secret. */
export type Told = { entry: Entry } | { payment: Summary } | { now: string };

export type Place = 'shop' | 'klarna' | 'relay' | 'table' | 'bus';

/** One thing that happened. Times: ISO 8601, by the local run's own clock. */
export type Entry = {
  /** 1, 2, 3 … over all payments. */
  number: number;
  at: string;
  payment: string;
  from: Place;
  to: Place;
  title: string;
  /** What became of it, in a word or two. */
  result: string;
  tone: 'plain' | 'good' | 'warn' | 'bad';
  why?: string | undefined;
  /** True when `why` is worth reading without being asked for. */
  speaks?: boolean;
  detail?: unknown;
  /** The same as a command; secrets and personal data in it are left out. */
  curl?: string | undefined;
  /** True when it can be sent again. */
  again?: boolean;
};

/** A payment in the list. Amount in minor units. */
export type Summary = {
  payment: string;
  stage: string;
  session?: string | undefined;
  amount?: number | undefined;
  currency?: string | undefined;
  flow?: string | undefined;
  changes: number;
  openedAt: string;
  at: string;
  owed?: { does: string; at: string } | undefined;
};
