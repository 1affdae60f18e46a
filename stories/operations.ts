import { done, moved } from './cells.ts';
import { refusesCapture } from './emulated.ts';
import { asks } from './merchant.ts';
import { ordered } from './ordered.ts';
import type { Scene, Story } from './story.ts';

const story = (name: string, tells: string, ...scenes: Scene[]): Story => ({ name, tells, needs: 'klarna', scenes });

/** What a merchant does with an order. */
export const operations: Story[] = [
  story(
    'release',
    'The merchant captures a part and gives the rest back to the shopper.',
    ...ordered,
    asks('captures 40.00', { route: 'captures', body: { amount: 4000 } }, [
      201,
      done(5, 'SUCCESS', 'capture, ordered'),
      moved(6, 'SUCCESS', 'ordered → part_captured'),
    ]),
    asks('releases the rest', { route: 'release' }, [
      201,
      done(7, 'SUCCESS', 'release, part_captured'),
      moved(8, 'SUCCESS', 'part_captured → captured'),
    ]),
  ),
  story(
    'refund-in-full',
    'The merchant captures all of it and refunds all of it.',
    ...ordered,
    asks('captures 100.00', { route: 'captures' }, [
      201,
      done(5, 'SUCCESS', 'capture, ordered'),
      moved(6, 'SUCCESS', 'ordered → captured'),
    ]),
    asks('refunds 100.00', { route: 'refunds' }, [
      201,
      done(7, 'SUCCESS', 'refund, captured'),
      moved(8, 'SUCCESS', 'captured → refunded'),
    ]),
  ),
  story(
    'order-cancelled',
    'The merchant cancels the order, and then cannot capture it.',
    ...ordered,
    asks('cancels the order', { route: 'cancellation' }, [
      201,
      done(5, 'SUCCESS', 'cancellation, ordered'),
      moved(6, 'CANCELLED', 'ordered → cancelled'),
    ]),
    asks('captures all the same', { route: 'captures' }, [409, done(7, 'CAPTURE_NOT_ALLOWED', 'capture, cancelled')]),
  ),
  story(
    'capture-refused',
    'Klarna refuses a capture with a word of its own, which subscribers hear; the next one succeeds.',
    ...ordered,
    refusesCapture(400, 'BAD_VALUE'),
    asks('captures 100.00', { route: 'captures' }, [422, done(5, 'BAD_VALUE', 'capture, ordered')]),
    asks('captures once more', { route: 'captures' }, [
      201,
      done(6, 'SUCCESS', 'capture, ordered'),
      moved(7, 'SUCCESS', 'ordered → captured'),
    ]),
  ),
];
