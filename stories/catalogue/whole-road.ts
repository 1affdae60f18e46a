import { losesTwoCallbacks, shopper } from '../scenes/emulated-klarna.ts';
import { operationFinished, stageChanged, statusChanged } from '../scenes/expected-changes.ts';
import { forgedWithStolenSecret } from '../scenes/forged-callbacks.ts';
import { createsPayment, operates } from '../scenes/merchant.ts';
import { shopperArrives } from '../scenes/until-ordered.ts';
import { type Story, storyWithKlarna } from '../story.ts';

/** The story that `npm start` plays. */
export const wholeRoad: Story = storyWithKlarna(
  'whole-road',
  'A payment from its creation to a partial refund.',
  createsPayment(),
  shopperArrives(),
  shopper('is declined', 'decline', [statusChanged(3, 'FAILED', 'in_progress')]),
  shopper('tries again', 'arrive', [statusChanged(4, 'IN_PROGRESS', 'in_progress')]),
  forgedWithStolenSecret,
  losesTwoCallbacks,
  shopper('approves', 'approve', [
    stageChanged(5, 'COMPLETED', 'in_progress → authorized, final'),
    stageChanged(6, 'SUCCESS', 'authorized → ordered'),
  ]),
  operates('captures 40.00', { route: 'captures', body: { amount: 4000 }, key: 'first parcel' }, [
    201,
    operationFinished(7, 'SUCCESS', 'capture, ordered'),
    stageChanged(8, 'SUCCESS', 'ordered → part_captured'),
  ]),
  operates('repeats that request', { route: 'captures', body: { amount: 4000 }, key: 'first parcel' }, [201]),
  operates('captures more than is left', { route: 'captures', body: { amount: 6001 } }, [422]),
  operates('captures the rest', { route: 'captures' }, [
    201,
    operationFinished(9, 'SUCCESS', 'capture, part_captured'),
    stageChanged(10, 'SUCCESS', 'part_captured → captured'),
  ]),
  operates('refunds 25.00', { route: 'refunds', body: { amount: 2500 } }, [
    201,
    operationFinished(11, 'SUCCESS', 'refund, captured'),
    stageChanged(12, 'SUCCESS', 'captured → part_refunded'),
  ]),
);
