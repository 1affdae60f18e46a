import { losesTwoCallbacks, sendsCallbacks, shopper, timePasses } from '../scenes/emulated-klarna.ts';
import { attentionNeeded, stageChanged, statusChanged } from '../scenes/expected-changes.ts';
import { createsPayment } from '../scenes/merchant.ts';
import { scenesUntilOrdered, shopperApproves, shopperArrives } from '../scenes/until-ordered.ts';
import { type Story, storyWithClock, storyWithKlarna } from '../story.ts';

/** Callbacks that say too little, too much or nothing, so that the relay reads Klarna itself. */
export const missingCallbackStories: Story[] = [
  storyWithKlarna(
    'callbacks-doubled',
    'Klarna sends every callback twice.',
    createsPayment(),
    sendsCallbacks('sends every callback twice', 'double'),
    losesTwoCallbacks,
    shopperArrives(),
    shopperApproves,
  ),
  storyWithKlarna(
    'callbacks-emptied',
    'Callbacks have no body, so the relay reads Klarna.',
    createsPayment(),
    sendsCallbacks('sends callbacks without a body', 'empty'),
    losesTwoCallbacks,
    shopperArrives(),
    shopperApproves,
  ),
  storyWithClock(
    'callbacks-lost',
    'No callback arrives, so the relay reads Klarna.',
    createsPayment(),
    sendsCallbacks('loses every callback', 'lose'),
    shopper('is declined, without a callback', 'decline', []),
    timePasses('three minutes pass', 0.05, [stageChanged(2, 'FAILED', 'created → in_progress')]),
    shopper('approves, without a callback', 'approve', []),
    timePasses('ten minutes pass', 0.17, [
      stageChanged(3, 'COMPLETED', 'in_progress → authorized, final'),
      stageChanged(4, 'SUCCESS', 'authorized → ordered'),
    ]),
  ),
  storyWithClock(
    'expired',
    'The shopper never comes and the session expires.',
    createsPayment(),
    timePasses('three minutes pass', 0.05, [statusChanged(2, 'WAITING', 'created')]),
    timePasses('two days pass', 48, [stageChanged(3, 'NOT_FOUND', 'created → expired, final')]),
  ),
  storyWithClock(
    'order-runs-out',
    'An order expires uncaptured, after a warning.',
    ...scenesUntilOrdered,
    timePasses('26 days pass', 26 * 24, [attentionNeeded(5, 'capture_deadline', 'ordered')]),
    timePasses('three days pass', 3 * 24, [stageChanged(6, 'EXPIRED', 'ordered → expired')]),
  ),
];
