import type { PurchaseBody, SessionBody } from './api/payments/purchase-bodies.ts';

/** Everything that the emulator knows, in memory. Times are ISO 8601. */
export type EmulatorState = {
  now: () => Date;
  sessions: Map<string, EmulatedPaymentSession>;
  hosted: Map<string, EmulatedHostedSession>;
  authorizations: Map<string, EmulatedAuthorization>;
  orders: Map<string, EmulatedOrder>;
  customerTokens: Map<string, EmulatedCustomerToken>;
  /** step_up_id of a failed charge → the customer token that it repairs. */
  stepUps: Map<string, string>;
  /** Klarna-Idempotency-Key → the first answer. */
  firstAnswers: Map<string, { at: number; answer: KlarnaAnswer }>;
};

export type KlarnaAnswer = { status: number; body?: object; headers?: Record<string, string> };

export type EmulatedPaymentSession = {
  session_id: string;
  body: SessionBody;
  status: 'incomplete' | 'complete';
  expires_at: string;
  /** The newest authorization. */
  authorization_token?: string | undefined;
};

export type EmulatedHostedSession = {
  session_id: string;
  paymentSession: string;
  merchant_urls: Record<string, string>;
  place_order_mode: 'NONE' | 'PLACE_ORDER' | 'CAPTURE_ORDER';
  status: string;
  updated_at: string;
  expires_at: string;
  authorization_token?: string;
  order_id?: string;
  klarna_reference?: string;
};

export type FraudStatus = 'ACCEPTED' | 'PENDING' | 'REJECTED';

export type EmulatedAuthorization = {
  token: string;
  paymentSession: string;
  expires_at: string;
  fraud: FraudStatus;
  /** The body and result of the first attempt to place an order. Without answer and problem Klarna placed it itself. */
  outcome?: { body: string; answer?: KlarnaAnswer; problem?: Error };
  customerToken?: string;
};

export type EmulatedCapture = {
  capture_id: string;
  klarna_reference: string;
  captured_amount: number;
  captured_at: string;
  reference?: string | undefined;
  description?: string | undefined;
  refunded_amount: number;
  due_in_days: number;
  shipping_info: object[];
};

type EmulatedRefund = {
  refund_id: string;
  refunded_amount: number;
  refunded_at: string;
  reference?: string | undefined;
  description?: string | undefined;
};

export type EmulatedOrder = {
  order_id: string;
  status: 'AUTHORIZED' | 'PART_CAPTURED' | 'CAPTURED' | 'CANCELLED' | 'EXPIRED' | 'CLOSED';
  fraud_status: FraudStatus;
  /** When the risk team rejected it. */
  rejected_at?: string;
  purchase: PurchaseBody;
  order_amount: number;
  original_order_amount: number;
  remaining_authorized_amount: number;
  captured_amount: number;
  refunded_amount: number;
  created_at: string;
  expires_at: string;
  klarna_reference: string;
  captures: EmulatedCapture[];
  refunds: EmulatedRefund[];
  acknowledged: boolean;
  shipping_info: object[];
};

export type EmulatedCustomerToken = {
  token_id: string;
  status: 'ACTIVE' | 'SUSPENDED' | 'CANCELLED';
  /** The `error_code` of every charge until the customer repairs the payment method. */
  chargeError?: string | undefined;
};

export const emptyState = (now: () => Date): EmulatorState => ({
  now,
  sessions: new Map(),
  hosted: new Map(),
  authorizations: new Map(),
  orders: new Map(),
  customerTokens: new Map(),
  stepUps: new Map(),
  firstAnswers: new Map(),
});

/** The time in that many milliseconds. */
export const timeIn = ({ now }: EmulatorState, ms: number): string => new Date(now().getTime() + ms).toISOString();
export const isPast = ({ now }: EmulatorState, time: string): boolean => now().toISOString() > time;

export const hours = 3_600_000;
export const days = 24 * hours;
