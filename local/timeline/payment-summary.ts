import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Payment } from '../../lambdas/payment/payment.ts';
import { nextTask } from '../../lambdas/payment/tasks/tasks.ts';
import type { Item } from '../cloud/dynamodb/dynamodb.ts';
import type { PaymentSummary } from './entry.ts';

/** Reads an item of the payments table; undefined for an item of another table. */
export function paymentIn(item: Item | undefined): Payment | undefined {
  if (!item?.id || !item.stage || !item.changes) return undefined;
  return unmarshall(item as Parameters<typeof unmarshall>[0]) as Payment;
}

/** A payment as the list shows it; `at` is when it last changed. */
export function summaryOf(payment: Payment, at: string): PaymentSummary {
  const { id, stage, session, request, changes, openedAt } = payment;
  const task = nextTask(payment);
  return {
    payment: id,
    stage,
    session: session?.word,
    amount: request?.amount,
    currency: request?.currency,
    flow: request?.flow,
    changes: changes.length,
    openedAt,
    at,
    nextTask: task && { kind: task.kind, dueAt: task.dueAt },
  };
}
