import type { PurchaseBody, SessionBody } from './api/checks.ts';

/** All that this Klarna knows, in memory. Times are ISO 8601. */
export type State = {
  now: () => Date;
  sessions: Map<string, PaymentSession>;
  hosted: Map<string, HostedSession>;
  authorizations: Map<string, Authorization>;
  orders: Map<string, Order>;
  customerTokens: Map<string, CustomerToken>;
  /** step_up_id of a failed charge → the customer token that it repairs. */
  stepUps: Map<string, string>;
  /** Klarna-Idempotency-Key → the first answer. */
  repeats: Map<string, { at: number; answer: Answer }>;
};

export type Answer = { status: number; body?: object; headers?: Record<string, string> };

export type PaymentSession = {
  session_id: string;
  body: SessionBody;
  status: 'incomplete' | 'complete';
  expires_at: string;
  /** The newest authorization. */
  authorization_token?: string | undefined;
};

export type HostedSession = {
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

export type Fraud = 'ACCEPTED' | 'PENDING' | 'REJECTED';

export type Authorization = {
  token: string;
  paymentSession: string;
  expires_at: string;
  fraud: Fraud;
  /** What the first attempt to place an order was told, and for which body. */
  outcome?: { asked: string; answer?: Answer; problem?: Error };
  customerToken?: string;
};

export type Capture = {
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

export type Refund = {
  refund_id: string;
  refunded_amount: number;
  refunded_at: string;
  reference?: string | undefined;
  description?: string | undefined;
};

export type Order = {
  order_id: string;
  status: 'AUTHORIZED' | 'PART_CAPTURED' | 'CAPTURED' | 'CANCELLED' | 'EXPIRED' | 'CLOSED';
  fraud_status: Fraud;
  purchase: PurchaseBody;
  order_amount: number;
  original_order_amount: number;
  remaining_authorized_amount: number;
  captured_amount: number;
  refunded_amount: number;
  created_at: string;
  expires_at: string;
  klarna_reference: string;
  captures: Capture[];
  refunds: Refund[];
  acknowledged: boolean;
  shipping_info: object[];
};

export type CustomerToken = {
  token_id: string;
  status: 'ACTIVE' | 'SUSPENDED' | 'CANCELLED';
  /** The `error_code` that charges meet until the customer repairs it. */
  fails?: string | undefined;
};

export const emptyState = (now: () => Date): State => ({
  now,
  sessions: new Map(),
  hosted: new Map(),
  authorizations: new Map(),
  orders: new Map(),
  customerTokens: new Map(),
  stepUps: new Map(),
  repeats: new Map(),
});

/** That many milliseconds from now. */
export const later = ({ now }: State, ms: number): string => new Date(now().getTime() + ms).toISOString();
export const isOver = ({ now }: State, at: string): boolean => now().toISOString() > at;

export const minutes = 60_000;
export const hours = 60 * minutes;
export const days = 24 * hours;
