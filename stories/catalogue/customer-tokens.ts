import { losesTwoCallbacks, refusesToken, shopper } from '../scenes/emulated-klarna.ts';
import { operationFinished, stageChanged } from '../scenes/expected-changes.ts';
import { chargesToken, createsPayment } from '../scenes/merchant.ts';
import { shopperArrives } from '../scenes/until-ordered.ts';
import { type Story, storyWithKlarna } from '../story.ts';

const scenesUntilTokenised = [
  createsPayment('buy_and_tokenize'),
  losesTwoCallbacks,
  shopperArrives(),
  shopper('approves', 'approve', [
    stageChanged(3, 'COMPLETED', 'in_progress → authorized, final'),
    operationFinished(4, 'CREATE', 'customer_token, authorized'),
    operationFinished(5, 'SUCCESS', 'order, authorized'),
    stageChanged(6, 'SUCCESS', 'authorized → ordered'),
  ]),
];

const chargesTokenWithSuccess = (initiator: 'customer' | 'merchant') =>
  chargesToken(initiator, [
    201,
    operationFinished(1, 'SUCCESS', 'charge, created'),
    stageChanged(2, 'SUCCESS', 'created → ordered'),
  ]);

/** Customer tokens: stored, and charged with or without the customer. */
export const customerTokenStories: Story[] = [
  storyWithKlarna(
    'information-request',
    'Flow tokenize: a token is stored, nothing charged.',
    createsPayment('tokenize'),
    losesTwoCallbacks,
    shopperArrives(),
    shopper('approves', 'approve', [
      stageChanged(3, 'COMPLETED', 'in_progress → authorized, final'),
      operationFinished(4, 'CREATE', 'customer_token, authorized'),
    ]),
  ),
  storyWithKlarna('buy-and-tokenize', 'A purchase makes a customer token, then its order.', ...scenesUntilTokenised),
  storyWithKlarna(
    'authorization-rejected',
    'Klarna rejects the order; the token remains.',
    createsPayment('buy_and_tokenize'),
    losesTwoCallbacks,
    shopperArrives(),
    shopper('approves and is rejected', 'approve_rejected', [
      stageChanged(3, 'COMPLETED', 'in_progress → authorized, final'),
      operationFinished(4, 'CREATE', 'customer_token, authorized'),
      operationFinished(5, 'REJECTED', 'order, authorized'),
      stageChanged(6, 'REJECTED', 'authorized → rejected'),
    ]),
  ),
  storyWithKlarna(
    'merchant-charge',
    'The merchant charges a stored token (MIT).',
    ...scenesUntilTokenised,
    chargesTokenWithSuccess('merchant'),
  ),
  storyWithKlarna(
    'merchant-charge-refused',
    "Klarna refuses the merchant's charge (MIT).",
    ...scenesUntilTokenised,
    refusesToken('UNAVAILABLE_PAYMENT_METHOD'),
    chargesToken('merchant', [
      422,
      operationFinished(1, 'UNAVAILABLE_PAYMENT_METHOD', 'charge, created'),
      stageChanged(2, 'UNAVAILABLE_PAYMENT_METHOD', 'created → rejected'),
    ]),
  ),
  storyWithKlarna(
    'customer-charge-repaired',
    'The customer repairs a refused charge (CIT).',
    ...scenesUntilTokenised,
    refusesToken('UNAVAILABLE_PAYMENT_METHOD'),
    chargesToken('customer', [
      422,
      operationFinished(1, 'CREATE', 'session, created'),
      operationFinished(2, 'UNAVAILABLE_PAYMENT_METHOD', 'charge, created'),
    ]),
    losesTwoCallbacks,
    shopperArrives(3),
    shopper('approves another payment method', 'approve', [
      stageChanged(4, 'COMPLETED', 'in_progress → authorized, final'),
      operationFinished(5, 'SUCCESS', 'order, authorized'),
      stageChanged(6, 'SUCCESS', 'authorized → ordered'),
    ]),
    chargesTokenWithSuccess('customer'),
  ),
];
