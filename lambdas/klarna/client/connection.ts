import type { Account } from './accounts.ts';

/** What is logged of each call to Klarna: no path, no body, no token. */
export type KlarnaCall = {
  operation: string;
  outcome: 'ok' | 'refused' | 'unavailable';
  status?: number | undefined;
  code?: string | undefined;
  correlation_id?: string | undefined;
  attempts: number;
  /** Klarna's ids of the attempts before the last, separated by spaces. */
  earlier?: string | undefined;
  ms: number;
};

export type KlarnaRequest = {
  operation: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: object | undefined;
  /** Klarna-Idempotency-Key. */
  key?: string | undefined;
  /** True where two requests do no more than one. */
  repeatable: boolean;
  /** True for a success that describes what was asked for. Any other success is not Klarna's answer. */
  accepts: (success: KlarnaResponse) => boolean;
  /** True where Klarna's contract has a 404 without a body. */
  hasBareNotFound?: boolean;
};

/** `body` is undefined where there was none that is JSON. */
export type KlarnaResponse = { status: number; headers: Headers; body: unknown; isEmpty: boolean };

/** Waits until one more call fits into what is left of a rate; false when it would have to wait too long. */
type Permit = (call: { account: string; operation: string; perSecond: number }) => Promise<boolean>;

/** How to reach Klarna as one account. */
export type Connection = {
  base: string;
  /** The account's name in the accounts secret. */
  name: string;
  /** Waited for before every attempt, where parallel runs share Klarna's rate. @default - none is needed */
  permit?: Permit;
  /** The most calls of an operation in a second under that shared rate. */
  perSecond: (operation: string) => number;
  account: () => Account;
  /** Reads credentials anew that Klarna refused; false when they were read a moment ago. */
  renewed: () => Promise<boolean>;
  fetch: typeof fetch;
  now: () => Date;
  pause: (ms: number) => Promise<unknown>;
  random: () => number;
  onCall: (call: KlarnaCall) => void;
  userAgent: string;
  /** Milliseconds for one attempt. */
  timeoutMs: number;
  /** Milliseconds for all attempts and the pauses between them. */
  budgetMs: number;
};
