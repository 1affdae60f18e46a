import type { CallbackAttempt } from './callbacks/outgoing-callback.ts';

/** A request and the emulator's answer to it. */
export type LoggedRequest = {
  method: string;
  path: string;
  status: number | 'none';
  key?: string | undefined;
  body?: unknown;
  /** The merchant's name for the payment (`merchant_reference2`), where the request leads to one. */
  reference?: string | undefined;
  at: string;
};

/** An entry of GET /control/log. */
export type EmulatorLogEntry = LoggedRequest | CallbackAttempt;
