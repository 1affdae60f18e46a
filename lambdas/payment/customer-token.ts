import type { PaymentId } from './payment-id.ts';

/** A customer token under our own id. Klarna's token is sealed in it, bound to the payment that made it. */
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
