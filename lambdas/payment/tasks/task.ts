/** What the relay has to do for a payment, and from when on. */
export type Task = { dueAt: string } & (
  | {
      kind:
        | 'read session'
        | 'read order'
        | 'create customer token'
        | 'place order'
        | 'abandon session'
        | 'conclude authorization'
        | 'warn'
        | 'confirm changes';
      about?: undefined;
    }
  /** `about`: the operation's id, the token's fingerprint, the order's id. */
  | { kind: 'finish operation' | 'discard token' | 'read hinted order'; about: string }
);
