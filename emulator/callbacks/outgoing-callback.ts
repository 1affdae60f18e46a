/** Klarna's callbacks, named as in its `merchant_urls`. */
export type KlarnaCallbackKind = 'status_update' | 'authorization' | 'notification' | 'push';

/** `session` is the hosted session that the callback belongs to, where there is one. A push has no body. */
export type OutgoingCallback = { kind: KlarnaCallbackKind; session?: string | undefined; url: string; body?: object };

/** The log entry of one delivery attempt. `attempt` 0: lost by arrangement, never sent. */
export type CallbackAttempt = {
  callback: KlarnaCallbackKind;
  url: string;
  attempt: number;
  status: number | 'none';
  at: string;
};
