import { losesTwoCallbacks, shopper } from './emulated-klarna.ts';
import { stageChanged } from './expected-changes.ts';
import { createsPayment } from './merchant.ts';

export const shopperArrives = (sequence = 2) =>
  shopper("arrives on Klarna's page", 'arrive', [stageChanged(sequence, 'IN_PROGRESS', 'created → in_progress')]);

/** After `createsPayment()` and `shopperArrives()`. */
export const shopperApproves = shopper('approves', 'approve', [
  stageChanged(3, 'COMPLETED', 'in_progress → authorized, final'),
  stageChanged(4, 'SUCCESS', 'authorized → ordered'),
]);

/** The way to an order, for stories about what follows; its changes have the sequences 1 to 4. */
export const scenesUntilOrdered = [createsPayment(), shopperArrives(), losesTwoCallbacks, shopperApproves];
