import { refusesCapture } from '../scenes/emulated-klarna.ts';
import { operationFinished, stageChanged } from '../scenes/expected-changes.ts';
import { operates } from '../scenes/merchant.ts';
import { scenesUntilOrdered } from '../scenes/until-ordered.ts';
import { type Story, storyWithKlarna } from '../story.ts';

/** Operations of the merchant on an order. */
export const operationStories: Story[] = [
  storyWithKlarna(
    'release',
    'The merchant captures a part and releases the rest.',
    ...scenesUntilOrdered,
    operates('captures 40.00', { route: 'captures', body: { amount: 4000 } }, [
      201,
      operationFinished(5, 'SUCCESS', 'capture, ordered'),
      stageChanged(6, 'SUCCESS', 'ordered → part_captured'),
    ]),
    operates('releases the rest', { route: 'release' }, [
      201,
      operationFinished(7, 'SUCCESS', 'release, part_captured'),
      stageChanged(8, 'SUCCESS', 'part_captured → captured'),
    ]),
  ),
  storyWithKlarna(
    'refund-in-full',
    'The merchant captures everything and refunds it.',
    ...scenesUntilOrdered,
    operates('captures 100.00', { route: 'captures' }, [
      201,
      operationFinished(5, 'SUCCESS', 'capture, ordered'),
      stageChanged(6, 'SUCCESS', 'ordered → captured'),
    ]),
    operates('refunds 100.00', { route: 'refunds' }, [
      201,
      operationFinished(7, 'SUCCESS', 'refund, captured'),
      stageChanged(8, 'SUCCESS', 'captured → refunded'),
    ]),
  ),
  storyWithKlarna(
    'order-cancelled',
    'A cancelled order cannot be captured.',
    ...scenesUntilOrdered,
    operates('cancels the order', { route: 'cancellation' }, [
      201,
      operationFinished(5, 'SUCCESS', 'cancellation, ordered'),
      stageChanged(6, 'CANCELLED', 'ordered → cancelled'),
    ]),
    operates('captures 100.00 nevertheless', { route: 'captures', body: { amount: 10_000 } }, [
      409,
      operationFinished(7, 'CAPTURE_NOT_ALLOWED', 'capture, cancelled'),
    ]),
  ),
  storyWithKlarna(
    'capture-refused',
    'Klarna refuses a capture; the next one succeeds.',
    ...scenesUntilOrdered,
    refusesCapture(400, 'BAD_VALUE'),
    operates('captures 100.00', { route: 'captures' }, [422, operationFinished(5, 'BAD_VALUE', 'capture, ordered')]),
    operates('captures 100.00 again', { route: 'captures' }, [
      201,
      operationFinished(6, 'SUCCESS', 'capture, ordered'),
      stageChanged(7, 'SUCCESS', 'ordered → captured'),
    ]),
  ),
];
