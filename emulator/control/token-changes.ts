import { notFound } from '../problem.ts';
import type { EmulatorState } from '../state.ts';

/** `fail`: charges are refused from now on; `restore` undoes that and every status. */
export const tokenChanges = ['suspend', 'cancel', 'fail', 'remove', 'restore'] as const;
export type TokenChange = (typeof tokenChanges)[number];

/** Changes a customer token, found by its id or by the hosted session in which the shopper granted it. */
export function changeToken(
  state: EmulatorState,
  id: string,
  { change, error_code = 'UNAVAILABLE_PAYMENT_METHOD' }: { change: TokenChange; error_code?: string | undefined },
): void {
  const token = state.customerTokens.get(tokenGrantedIn(state, id) ?? id);
  if (!token) throw notFound('customer token');
  if (change === 'remove') state.customerTokens.delete(token.token_id);
  if (change === 'suspend') token.status = 'SUSPENDED';
  if (change === 'cancel') token.status = 'CANCELLED';
  if (change === 'restore') token.status = 'ACTIVE';
  token.chargeError = change === 'fail' ? error_code : undefined;
}

function tokenGrantedIn({ authorizations, hosted }: EmulatorState, id: string): string | undefined {
  const session = hosted.get(id)?.paymentSession;
  return [...authorizations.values()].find((each) => each.customerToken && each.paymentSession === session)
    ?.customerToken;
}
