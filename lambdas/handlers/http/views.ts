import { publicOperation } from '../../flows/operation-reports.ts';
import type { CustomerToken } from '../../payment/customer-token.ts';
import { references } from '../../payment/facts.ts';
import type { Operation } from '../../payment/operation.ts';
import type { Payment } from '../../payment/payment.ts';
import type { OrderSnapshot } from '../../payment/report.ts';
import { nextKlarnaTask } from '../../payment/tasks/tasks.ts';

/** A payment as its merchant sees it: its state, its history and its next task. Never a token. */
export function paymentView(payment: Payment) {
  const { id, account, request, stage, session, order, facts, operations, changes, conflicts, redirect_url } = payment;
  const task = nextKlarnaTask(payment);
  return {
    payment: id,
    account,
    flow: request?.flow,
    stage,
    session: session && { status: session.word, final: session.final, at: session.at },
    money: order ? moneyOf(order) : request && { order_amount: request.amount, currency: request.currency },
    redirect_url,
    expires_at: facts.expires_at,
    references: references(facts),
    changes,
    operations: operations.map(operationView),
    conflicts: conflicts.map(({ source, word, at, observedAt, doubt }) => ({
      source,
      word,
      at,
      observed_at: observedAt,
      doubt,
    })),
    next_task: task && { kind: task.kind, due_at: task.dueAt },
  };
}

const moneyOf = ({ version, ...order }: OrderSnapshot) => order;

const underWay = { pspStatus: 'WAITING', state: 'WAITING', code: 'SUCCEEDED' } as const;

/** An operation with its result, normalised through the status table; WAITING while it is unknown. */
export function operationView(operation: Operation) {
  const { pspStatus, ...result } = operation.result ?? underWay;
  return { ...publicOperation(operation), asked_at: operation.askedAt, psp_status: pspStatus, ...result };
}

/** The status of a payment for a shopper's return page. `authorized` is decided where no order follows. */
export function statusView({ stage, session, request, facts }: Payment) {
  const status = statuses[stage];
  const isTokenised = request?.flow === 'tokenize' && facts.customer_token_id !== undefined;
  return { status, stage, session: session?.word, decided: isTokenised || status === 'paid' || status === 'failed' };
}

const statuses = {
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

/** A customer token under our own id; never Klarna's token. */
export const tokenView = ({ id, customer, payment, account, status, country, locale, createdAt }: CustomerToken) => ({
  customer_token: id,
  customer,
  payment,
  account,
  status,
  country,
  locale,
  created_at: createdAt,
});
