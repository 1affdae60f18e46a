import { claim } from '../../../lambdas/payment/claims.ts';
import type { OperationKind } from '../../../lambdas/payment/operation.ts';
import type { Payment, PaymentRequest } from '../../../lambdas/payment/payment.ts';
import { openPayment } from '../../../lambdas/payment/record.ts';
import type { Report } from '../../../lambdas/payment/report.ts';
import type { Task } from '../../../lambdas/payment/tasks/task.ts';
import { nextKlarnaTask, nextTask } from '../../../lambdas/payment/tasks/tasks.ts';
import { applyTo, minute, minuteOf, operationResult, paymentIdOf } from './reports.ts';

export type FlowName = PaymentRequest['flow'];

/** A merchant's request with this flow. */
export const requestOf = (flow: FlowName): PaymentRequest => ({
  flow,
  amount: 1000,
  currency: 'EUR',
  fingerprint: 'f',
});

/** A session that ends after 47 hours. */
export const sessionFacts = { hpp_session_id: 'h', kp_session_id: 'k', expires_at: minute(47 * 60) };

/** A payment of this flow, opened in minute 0 with a session, after these reports; without a flow another backend made it. */
export const paymentAfter = (flow: FlowName | undefined, ...reports: Report[]): Payment =>
  applyTo(
    {
      ...openPayment(paymentIdOf('order-1'), minute(0)),
      facts: sessionFacts,
      ...(flow && { request: requestOf(flow) }),
    },
    ...reports,
  );

/** The payment with an operation that was requested in minute `at` and has no answer. */
export const claimed = (payment: Payment, kind: OperationKind, fingerprint = 'f', at = 3): Payment =>
  claim(payment, { id: kind, kind, fingerprint, askedAt: minute(at) })[0];

/** The payment after Klarna's answer to that operation. */
export const answered = (
  payment: Payment,
  kind: OperationKind,
  at = 4,
  answer: 'SUCCESS' | 'CAPTURE_NOT_ALLOWED' = 'SUCCESS',
): Payment => applyTo(payment, operationResult({ id: kind, kind }, answer, at));

/** A task with the minute in which it is due. */
const described = (task: Task | undefined) => (task ? `${task.kind} at ${minuteOf(task.dueAt)}` : 'nothing');

/** The next task that asks Klarna, such as `read order at 5`. */
export const nextOf = (payment: Payment) => described(nextKlarnaTask(payment));

/** The next task of any kind. */
export const nextOfAll = (payment: Payment) => described(nextTask(payment));
