import { type Operation, publicOperation } from '../../payment/operation.ts';
import { nextKlarnaTask } from '../../payment/tasks.ts';
import { references } from '../../payment/facts.ts';

import type { Payment } from '../../payment/payment.ts';


/** A payment as its merchant sees it: what is true, what happened, what is owed next. Never a token. */
export function paymentView(payment: Payment) {
  const { id, account, request, stage, session, order, facts, operations, changes, conflicts, redirect_url } = payment;
  const owed = nextKlarnaTask(payment);
  return {
    payment: id,
    account,
    flow: request?.flow,
    stage,
    session: session && { status: session.word, final: session.final, at: session.at },
    money: order ?? (request && { order_amount: request.amount, currency: request.currency }),
    redirect_url,
    expires_at: facts.expires_at,
    references: references(facts),
    changes,
    operations: operations.map(operationView),
    conflicts: conflicts.map(({ source, word, at, observedAt, doubt }) => ({ source, word, at, observedAt, doubt })),
    owed: owed && { does: owed.kind, at: owed.dueAt },
  };
}

const underWay = { pspStatus: 'WAITING', state: 'WAITING', code: 'SUCCEEDED' } as const;

/** An operation with what became of it, normalised through the status table; WAITING while nobody knows. */
export const operationView = (operation: Operation) => ({
  ...publicOperation(operation),
  asked_at: operation.askedAt,
  ...(operation.result ?? underWay),
});

/**
 * What a shopper's return page may know: how it stands, and whether that is all. `authorized` is all where no order follows.
 */
export function statusView({ stage, session, request, facts }: Payment) {
  const status = shown[stage];
  const tokenised = request?.flow === 'tokenize' && facts.customer_token_id !== undefined;
  return { status, stage, session: session?.word, settled: tokenised || status === 'paid' || status === 'failed' };
}

const shown = {
  created: 'open',
  in_progress: 'open',
  authorized: 'authorized',
  pending: 'pending',
  ordered: 'paid',
  part_captured: 'paid',
  captured: 'paid',
  part_refunded: 'paid',
  refunded: 'paid',
  cancelled: 'failed',
  rejected: 'failed',
  expired: 'failed',
  disabled: 'failed',
} as const satisfies Record<Payment['stage'], string>;
