import type * as z from 'zod';
import type { KlarnaCallbacks } from '../callbacks/callbacks.ts';
import type { Mishap } from '../callbacks/mishaps.ts';
import { type ArrangedAnswers, arrangement } from '../requests/arranged-answers.ts';
import { authorizeAgain } from '../shopper/approval.ts';
import { act, type Behaviour } from '../shopper/behaviours.ts';
import { decideRisk, type RiskDecision } from '../shopper/risk.ts';
import type { EmulatorState } from '../state.ts';
import { actInPortal, type PortalMove } from './portal.ts';
import { changeToken, type TokenChange } from './token-changes.ts';

export type EmulatorControls = ReturnType<typeof emulatorControls>;

/** Controls that the real Klarna does not have: the shopper, the risk team, and everything that can go wrong. */
export function emulatorControls({
  state,
  callbacks,
  arranged,
}: {
  state: EmulatorState;
  callbacks: KlarnaCallbacks;
  arranged: ArrangedAnswers;
}) {
  return {
    shopper: (session: string, behaviour: Behaviour) => act({ state, callbacks }, session, behaviour),
    risk: (order: string, decision: RiskDecision) => decideRisk({ state, callbacks }, order, decision),
    /** The shopper authorizes in a session whose order the merchant places, though the session may go on or be over. */
    authorize: (session: string) => authorizeAgain({ state, callbacks }, session),
    portal: (order: string, move: PortalMove, amount?: number) =>
      actInPortal({ state, callbacks }, order, { move, amount }),
    answers: (next: z.input<typeof arrangement>[]) => arranged.arrange(next.map((each) => arrangement.parse(each))),
    clearAnswers: () => arranged.clear(),
    /** `send` clears all mishaps. */
    callbacks: ({ does, ...rest }: Omit<Mishap, 'does'> & { does: Mishap['does'] | 'send' }) =>
      callbacks.misbehave(does === 'send' ? undefined : { ...rest, does }),
    token: (id: string, change: TokenChange, error_code?: string) => changeToken(state, id, { change, error_code }),
    removeOrder: (id: string) => state.orders.delete(id),
    orders: () => [...state.orders.values()],
    sessions: () => [...state.hosted.values()],
    customerTokens: () => [...state.customerTokens.values()],
    authorizations: () => [...state.authorizations.values()],
  };
}
