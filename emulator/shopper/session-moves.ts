import type { KlarnaCallbacks } from '../callbacks/callbacks.ts';
import type { EmulatedHostedSession, EmulatorState } from '../state.ts';

export type ShopperContext = { state: EmulatorState; callbacks: KlarnaCallbacks };

/** Gives a hosted session a new status and sends its `status_update`. Two statuses never have the same `updated_at`. */
export function moveSession(
  { state, callbacks }: ShopperContext,
  session: EmulatedHostedSession,
  status: string,
): void {
  session.status = status;
  const previous = session.updated_at;
  const now = state.now().toISOString();
  session.updated_at = now > previous ? now : new Date(Date.parse(previous) + 1).toISOString();
  callbacks.statusUpdate(session);
}
