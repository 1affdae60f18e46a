import { captureOrder } from '../api/order-management/captures.ts';
import {
  cancelOrder,
  extendAuthorizationTime,
  orderById,
  releaseRemainingAuthorization,
} from '../api/order-management/order-lifecycle.ts';
import { refundOrder } from '../api/order-management/refunds.ts';
import type { KlarnaCallbacks } from '../callbacks/callbacks.ts';
import { KlarnaProblem } from '../problem.ts';
import { type EmulatorState, hours, isPast } from '../state.ts';

export type PortalMove = 'capture' | 'refund' | 'cancel' | 'release' | 'extend';

const captureAfterRejection = 4 * hours;

const timeAfter = (time: string | undefined, ms: number) =>
  time ? new Date(Date.parse(time) + ms).toISOString() : '9';

const notCapturable = () => new KlarnaProblem(403, 'CAPTURE_NOT_ALLOWED', 'The order was rejected too long ago');

/**
 * What a merchant does with an order in Klarna's portal; `amount` in minor units. A rejected order may be captured for
 * four hours, at the merchant's risk. @throws KlarnaProblem as the API does
 */
export function actInPortal(
  { state, callbacks }: { state: EmulatorState; callbacks: KlarnaCallbacks },
  id: string,
  { move, amount = 0 }: { move: PortalMove; amount?: number | undefined },
): void {
  const order = orderById(state, id);
  const decision = order.fraud_status;
  const call = { state, callbacks, page: '', id, part: '' };
  const moves: Record<PortalMove, () => void> = {
    capture: () => {
      if (isPast(state, timeAfter(order.rejected_at, captureAfterRejection))) throw notCapturable();
      order.fraud_status = 'ACCEPTED';
      captureOrder({ ...call, body: { captured_amount: amount } });
    },
    refund: () => refundOrder({ ...call, body: { refunded_amount: amount } }),
    cancel: () => cancelOrder({ ...call, body: {} }),
    release: () => releaseRemainingAuthorization({ ...call, body: {} }),
    extend: () => extendAuthorizationTime({ ...call, body: {} }),
  };
  try {
    moves[move]();
  } finally {
    order.fraud_status = decision;
  }
}
