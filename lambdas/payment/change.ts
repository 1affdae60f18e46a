import type { FinishedOperation } from './operation.ts';
import type { PaymentId } from './payment-id.ts';
import type { Source, VerifiedBy } from './report.ts';
import type { Meaning, Stage } from './stages.ts';

/**
 * authorization_expiring: an authorization in hand expires unused. capture_deadline: an order can soon no longer be
 * captured. order_unclaimed: Klarna has an order under this payment's name that the payment does not claim as its own.
 * stuck: the payment stays in a stage for longer than is usual. operation_unanswered: the result of an operation is
 * still unknown. task_failing: Klarna has not answered a question for hours, or does not show what it should.
 */
export const attentionReasons = [
  'authorization_expiring',
  'capture_deadline',
  'order_unclaimed',
  'stuck',
  'operation_unanswered',
  'task_failing',
] as const;

/** Why a payment needs attention; nothing in it moved. */
export type Attention = {
  reason: (typeof attentionReasons)[number];
  /** When it is too late. */
  deadline?: string | undefined;
  /** Since when it lasts. */
  since?: string | undefined;
  order_id?: string | undefined;
  /** The operation's id. */
  operation?: string | undefined;
  /** Distinguishes two authorizations; not the token. */
  authorization?: string | undefined;
  /** The task that fails, such as `read order`. */
  task?: string | undefined;
};

/** One change of one payment, as subscribers see it. */
export type Change = {
  id: string;
  paymentId: PaymentId;
  /** The payment's incarnation when the change was made. */
  incarnation: string;
  /** 1, 2, 3 … per payment, without gaps. */
  sequence: number;
  stage: { from: Stage; to: Stage };
  pspStatus: string;
  state: Meaning['state'];
  code: Meaning['code'];
  final: boolean;
  at: string;
  observedAt: string;
  observedVia: Source;
  verifiedBy: VerifiedBy;
  operation?: FinishedOperation;
  attention?: Attention;
};

/** The `detail-type` under which EventBridge publishes a change. */
export type DetailType =
  | 'Payment Attention Needed'
  | 'Payment Operation Finished'
  | 'Payment Status Changed'
  | 'Payment Stage Changed';

/** The detail type of a change: the one place that decides it, for outbox, command line and page. */
export function detailType(change: {
  stage: { from: string; to: string };
  operation?: unknown;
  attention?: unknown;
}): DetailType {
  if (change.attention) return 'Payment Attention Needed';
  if (change.operation) return 'Payment Operation Finished';
  return change.stage.from === change.stage.to ? 'Payment Status Changed' : 'Payment Stage Changed';
}
