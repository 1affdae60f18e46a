import type { KlarnaCallbacks } from '../callbacks/callbacks.ts';
import { notFound } from '../problem.ts';
import type { EmulatorState } from '../state.ts';

export const riskDecisions = ['accept', 'reject', 'stop'] as const;
export type RiskDecision = (typeof riskDecisions)[number];

const eventTypes: Record<RiskDecision, string> = {
  accept: 'FRAUD_RISK_ACCEPTED',
  reject: 'FRAUD_RISK_REJECTED',
  stop: 'FRAUD_RISK_STOPPED',
};

/** Klarna's risk team accepts or rejects an order, or stops one that it had accepted. */
export function decideRisk(
  { state, callbacks }: { state: EmulatorState; callbacks: KlarnaCallbacks },
  id: string,
  decision: RiskDecision,
): void {
  const order = state.orders.get(id);
  if (!order) throw notFound('order');
  order.fraud_status = decision === 'accept' ? 'ACCEPTED' : 'REJECTED';
  if (order.fraud_status === 'REJECTED') order.rejected_at ??= state.now().toISOString();
  else delete order.rejected_at;
  callbacks.notification(order, eventTypes[decision]);
}
