import { decidesRisk, losesTwoCallbacks, shopper } from '../scenes/emulated-klarna.ts';
import { operationFinished, stageChanged, statusChanged } from '../scenes/expected-changes.ts';
import { createsPayment, disablesSession, operates } from '../scenes/merchant.ts';
import { scenesUntilOrdered, shopperArrives } from '../scenes/until-ordered.ts';
import { type Story, storyWithKlarna } from '../story.ts';
import { wholeRoad } from './whole-road.ts';

const scenesUntilPending = [
  createsPayment('review'),
  shopperArrives(),
  losesTwoCallbacks,
  shopper('approves; the risk decision is open', 'approve_pending', [
    stageChanged(3, 'COMPLETED', 'in_progress → authorized, final'),
    stageChanged(4, 'PENDING', 'authorized → pending'),
  ]),
];

/** The flows of a purchase, and how each may end. */
export const flowStories: Story[] = [
  wholeRoad,
  storyWithKlarna(
    'one-step',
    'Flow capture: Klarna captures on approval.',
    createsPayment('capture'),
    shopperArrives(),
    losesTwoCallbacks,
    shopper('approves', 'approve', [
      stageChanged(3, 'COMPLETED', 'in_progress → authorized, final'),
      stageChanged(4, 'SUCCESS', 'authorized → captured'),
    ]),
  ),
  storyWithKlarna(
    'two-steps',
    'Flow authorize: the merchant captures the order.',
    ...scenesUntilOrdered,
    operates('captures 100.00', { route: 'captures' }, [
      201,
      operationFinished(5, 'SUCCESS', 'capture, ordered'),
      stageChanged(6, 'SUCCESS', 'ordered → captured'),
    ]),
  ),
  storyWithKlarna(
    'three-steps',
    'Flow review: no capture before the risk decision.',
    ...scenesUntilPending,
    operates('captures too early', { route: 'captures' }, [
      409,
      operationFinished(5, 'CAPTURE_NOT_ALLOWED', 'capture, pending'),
    ]),
    decidesRisk('accept', [stageChanged(6, 'SUCCESS', 'pending → ordered')]),
    operates('captures 100.00', { route: 'captures' }, [
      201,
      operationFinished(7, 'SUCCESS', 'capture, ordered'),
      stageChanged(8, 'SUCCESS', 'ordered → captured'),
    ]),
  ),
  storyWithKlarna(
    'risk-rejected',
    'Flow review: Klarna rejects the order.',
    ...scenesUntilPending,
    decidesRisk('reject', [stageChanged(5, 'REJECTED', 'pending → rejected')]),
  ),
  storyWithKlarna(
    'fraud-stop',
    'Klarna stops an order that it had accepted.',
    ...scenesUntilOrdered,
    decidesRisk('stop', [stageChanged(5, 'REJECTED', 'ordered → rejected')]),
  ),
  storyWithKlarna(
    'left',
    'The shopper leaves (TIMEOUT), returns and pays.',
    createsPayment(),
    shopperArrives(),
    losesTwoCallbacks,
    shopper('closes the page', 'leave', [statusChanged(3, 'TIMEOUT', 'in_progress')]),
    shopper('comes back and approves', 'approve', [
      stageChanged(4, 'COMPLETED', 'in_progress → authorized, final'),
      stageChanged(5, 'SUCCESS', 'authorized → ordered'),
    ]),
  ),
  storyWithKlarna(
    'identity-check',
    'The shopper passes an identity check and pays.',
    createsPayment(),
    shopperArrives(),
    losesTwoCallbacks,
    shopper('is sent to an identity check', 'identity_check', [statusChanged(3, 'MANUAL_ID_CHECK', 'in_progress')]),
    shopper('returns from it', 'arrive', [statusChanged(4, 'IN_PROGRESS', 'in_progress')]),
    shopper('approves', 'approve', [
      stageChanged(5, 'COMPLETED', 'in_progress → authorized, final'),
      stageChanged(6, 'SUCCESS', 'authorized → ordered'),
    ]),
  ),
  storyWithKlarna(
    'disabled-by-the-merchant',
    'The merchant disables the session at Klarna.',
    createsPayment(),
    shopperArrives(),
    disablesSession([stageChanged(3, 'DISABLED', 'in_progress → disabled, final')]),
  ),
];
