import type { KlarnaCallbackKind, OutgoingCallback } from './outgoing-callback.ts';

/**
 * How callbacks go wrong, as POST /control/callbacks takes it. Without `kinds` it affects all kinds, without `session`
 * all hosted sessions. `reorder` holds a callback back until the next one is delivered. `usual` delivers normally and
 * overrides earlier mishaps. `ms` is the length of a `delay`, 5000 by default.
 */
export type Mishap = {
  kinds?: KlarnaCallbackKind[];
  session?: string;
  does: 'usual' | 'lose' | 'double' | 'delay' | 'reorder' | 'empty';
  ms?: number;
};

/** The newest mishap that affects this callback; `mishaps` has the newest first. */
export const mishapOf = (mishaps: Mishap[], { kind, session }: OutgoingCallback): Mishap | undefined =>
  mishaps.find((mishap) => (mishap.kinds?.includes(kind) ?? true) && (mishap.session ?? session) === session);
