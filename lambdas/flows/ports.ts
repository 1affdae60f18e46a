import type { Klarna } from '../klarna/client/client.ts';
import type { CallbackKind } from '../klarna/inbound/callback-url.ts';
import type { KeptRequests } from '../merchant/kept-requests.ts';
import type { CustomerToken } from '../payment/customer-token.ts';
import type { SealedToken } from '../payment/facts.ts';
import type { PaymentId } from '../payment/payment-id.ts';
import type { PaymentStore } from '../payment/record.ts';

/** What every flow needs. Each function's dependencies provide what that function may do, and no more. */
export type Ports = {
  store: PaymentStore;
  /** Klarna as one account sees it. @throws when the account is not configured */
  klarna: (account: string) => Klarna;
  now: () => Date;
};

/** The URLs that Klarna calls for one payment. */
export type CallbackUrls = (payment: PaymentId) => Record<CallbackKind, string>;

export type SealToken = (secret: {
  payment: PaymentId;
  token: string;
  at: string;
}) => Promise<SealedToken & { sealed: string }>;

/** Why a token is opened, for the log. */
type Purpose = 'place order' | 'create customer token' | 'charge' | 'show' | 'cancel';

/** @throws when it was sealed for another payment, or to another key */
export type OpenToken = (secret: { payment: PaymentId; sealed: string; purpose: Purpose }) => Promise<string>;

/**
 * A request that may have to be sent to Klarna again, kept sealed beside the payment until it is sent; `id` is unique
 * within the payment.
 */
export type RequestKey<Kind extends keyof KeptRequests> = { kind: Kind; payment: PaymentId; id: string };

export type KeepRequest = <Kind extends keyof KeptRequests>(
  request: RequestKey<Kind> & { body: KeptRequests[Kind] },
) => Promise<'kept' | 'too large'>;

/** The request as it was kept; undefined when it was deleted. @throws when it is not a request of that kind */
export type OpenRequest = <Kind extends keyof KeptRequests>(
  key: RequestKey<Kind>,
) => Promise<KeptRequests[Kind] | undefined>;

export type CreatingPorts = Ports & { urls: CallbackUrls; keepRequest: KeepRequest };

export type DeleteRequest = (key: { payment: PaymentId; id: string }) => Promise<unknown>;

export type CustomerTokens = {
  find: (id: string) => Promise<CustomerToken | undefined>;
  save: (token: CustomerToken) => Promise<unknown>;
};
