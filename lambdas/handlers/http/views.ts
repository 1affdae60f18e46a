import { owedToKlarna } from '../../payment/tasks.ts';
import { references } from '../../payment/facts.ts';
import type { Operation } from '../../payment/claims.ts';
import type { Payment } from '../../payment/payment.ts';
import { published } from '../../flows/operation-reports.ts';

/** A payment as its merchant sees it: what is true, what happened, what is owed next. Never a token. */
export function paymentView(payment: Payment) {
  const { id, account, asked, stage, session, order, facts, operations, changes, conflicts, redirect_url } = payment;
  const owed = owedToKlarna(payment);
  return {
    payment: id,
    account,
    flow: asked?.flow,
    stage,
    session: session && { status: session.word, final: session.final, at: session.at },
    money: order ?? (asked && { order_amount: asked.amount, currency: asked.currency }),
    redirect_url,
    expires_at: facts.expires_at,
    references: references(facts),
    changes,
    operations: operations.map(operationView),
    conflicts: conflicts.map(({ source, word, at, heardAt, doubt }) => ({ source, word, at, heardAt, doubt })),
    owed: owed && { does: owed.does, at: owed.at },
  };
}

const underWay = { pspStatus: 'WAITING', state: 'WAITING', code: 'SUCCEEDED' } as const;

/** An operation with what became of it, normalised through the status table; WAITING while nobody knows. */
export const operationView = (operation: Operation) => ({
  ...published(operation),
  asked_at: operation.askedAt,
  ...(operation.result ?? underWay),
});

/**
 * What a shopper's return page may know: how it stands, and whether that is all. `authorized` is all where no order follows.
 */
export function statusView({ stage, session, asked, facts }: Payment) {
  const status = shown[stage];
  const tokenised = asked?.flow === 'tokenize' && facts.customer_token_id !== undefined;
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
