import { moved } from './cells.ts';
import { oneCallback, shopper } from './emulated.ts';
import { creates } from './merchant.ts';

/** The way to an order, for stories about what comes after. */
export const arrives = shopper("arrives on Klarna's page", 'arrive', [
  moved(2, 'IN_PROGRESS', 'created → in_progress'),
]);
export const agrees = shopper('agrees', 'approve', [
  moved(3, 'COMPLETED', 'in_progress → authorized, final'),
  moved(4, 'SUCCESS', 'authorized → ordered'),
]);
export const ordered = [creates(), arrives, oneCallback, agrees];
