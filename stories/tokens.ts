import { done, moved } from './cells.ts';
import { oneCallback, shopper, tokenFails } from './emulated.ts';
import { charges, creates } from './merchant.ts';
import type { Scene, Story } from './story.ts';

const story = (name: string, tells: string, ...scenes: Scene[]): Story => ({ name, tells, needs: 'klarna', scenes });

const arrives = (number: number) =>
  shopper("arrives on Klarna's page", 'arrive', [moved(number, 'IN_PROGRESS', 'created → in_progress')]);

const agrees = shopper('agrees', 'approve', [
  moved(3, 'COMPLETED', 'in_progress → authorized, final'),
  done(4, 'CREATE', 'customer_token, authorized'),
  done(5, 'SUCCESS', 'order, authorized'),
  moved(6, 'SUCCESS', 'authorized → ordered'),
]);
const tokenised = [creates('buy_and_tokenize'), oneCallback, arrives(2), agrees];

const charged = (initiator: 'customer' | 'merchant') =>
  charges(initiator, [201, done(1, 'SUCCESS', 'charge, created'), moved(2, 'SUCCESS', 'created → ordered')]);

/** Customer tokens: kept, charged while the customer is away and while he is there. */
export const tokens: Story[] = [
  story(
    'information-request',
    'Flow tokenize: a token is kept and nothing is charged.',
    creates('tokenize'),
    oneCallback,
    arrives(2),
    shopper('agrees', 'approve', [
      moved(3, 'COMPLETED', 'in_progress → authorized, final'),
      done(4, 'CREATE', 'customer_token, authorized'),
    ]),
  ),
  story('buy-and-tokenize', 'A purchase that keeps a token: the token is made first, then the order.', ...tokenised),
  story(
    'authorization-rejected',
    'Klarna rejects the order of what the shopper agreed to: the payment ends, and the token is kept.',
    creates('buy_and_tokenize'),
    oneCallback,
    arrives(2),
    shopper('agrees, and is rejected', 'approve_rejected', [
      moved(3, 'COMPLETED', 'in_progress → authorized, final'),
      done(4, 'CREATE', 'customer_token, authorized'),
      done(5, 'REJECTED', 'order, authorized'),
      moved(6, 'REJECTED', 'authorized → rejected'),
    ]),
  ),
  story(
    'merchant-charge',
    'MIT: the merchant charges the token while the customer is away.',
    ...tokenised,
    charged('merchant'),
  ),
  story(
    'merchant-charge-refused',
    'MIT: Klarna refuses to charge the token, and the payment ends with its word.',
    ...tokenised,
    tokenFails('UNAVAILABLE_PAYMENT_METHOD'),
    charges('merchant', [
      422,
      done(1, 'UNAVAILABLE_PAYMENT_METHOD', 'charge, created'),
      moved(2, 'UNAVAILABLE_PAYMENT_METHOD', 'created → rejected'),
    ]),
  ),
  story(
    'customer-charge-repaired',
    "CIT: the charge fails while the customer is there, who repairs it on Klarna's page; the next one succeeds.",
    ...tokenised,
    tokenFails('UNAVAILABLE_PAYMENT_METHOD'),
    charges('customer', [
      422,
      done(1, 'CREATE', 'session, created'),
      done(2, 'UNAVAILABLE_PAYMENT_METHOD', 'charge, created'),
    ]),
    oneCallback,
    arrives(3),
    shopper('agrees to another way of paying', 'approve', [
      moved(4, 'COMPLETED', 'in_progress → authorized, final'),
      done(5, 'SUCCESS', 'order, authorized'),
      moved(6, 'SUCCESS', 'authorized → ordered'),
    ]),
    charged('customer'),
  ),
];
