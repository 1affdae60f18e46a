import type { PaymentId } from '../payment/payment-id.ts';
import type { PaymentStore } from '../payment/store.ts';
import type { Klarna } from '../klarna/client/client.ts';
import type { SealedToken } from '../payment/facts.ts';



/** What the flows stand on; each function's house hands over what that function may do, and no more. */
export type Ports = {
  store: PaymentStore;
  /** Klarna as one account sees it. @throws when the account is not configured */
  klarna: (account: string) => Klarna;
  now: () => Date;
};

/** The URLs that Klarna calls for one payment. */
export type CallbackUrls = (
  payment: PaymentId,
) => Record<'status_update' | 'authorization' | 'notification' | 'push', string>;

export type SealToken = (secret: {
  payment: PaymentId;
  token: string;
  at: string;
}) => Promise<SealedToken & { sealed: string }>;

/** Why a token is opened: it stands in the log line of the opening. */
export type Purpose = 'place order' | 'create customer token' | 'charge' | 'show' | 'cancel';

/** @throws when it was sealed for another payment, or to another key */
export type OpenToken = (secret: { payment: PaymentId; sealed: string; purpose: Purpose }) => Promise<string>;

/** What has to be sent to Klarna once more, kept sealed beside the payment until it is sent. `id` names it within the payment. */
export type KeepRequest = (request: { payment: PaymentId; id: string; body: object }) => Promise<unknown>;
export type OpenRequest = (request: { payment: PaymentId; id: string }) => Promise<unknown>;
export type ForgetRequest = (request: { payment: PaymentId; id: string }) => Promise<unknown>;

/** A customer token under our own name for it; Klarna's stands sealed in it, bound to the payment that made it. */
export type CustomerToken = {
  id: string;
  account: string;
  /** The merchant's name for the customer. */
  customer?: string | undefined;
  /** The payment that made it. */
  payment: PaymentId;
  sealed: string;
  status: 'ACTIVE' | 'CANCELLED';
  /** Of the session that made it: country ISO 3166 alpha-2, locale RFC 1766. */
  country: string;
  locale: string;
  createdAt: string;
};

export type CustomerTokens = {
  find: (id: string) => Promise<CustomerToken | undefined>;
  save: (token: CustomerToken) => Promise<unknown>;
};
