import type { Payment } from './payment.ts';
import type { PaymentId } from './payment-id.ts';

/** What became of a save; `stale` holds the newer payment where the database returned it, so that it need not be read again. */
export type SaveResult = { saved: Payment } | { stale: Payment | undefined };

/** Where payments are kept. `find` reads consistently; `save` refuses a payment that was saved by another process since it was read. */
export type PaymentStore = {
  find: (id: PaymentId) => Promise<Payment | undefined>;
  /** Keeps `payment` as the save after `payment.version`, and returns it as saved. */
  save: (payment: Payment) => Promise<SaveResult>;
};
