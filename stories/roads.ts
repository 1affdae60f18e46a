import { done, moved, said } from './cells.ts';
import { decides, oneCallback, shopper } from './emulated.ts';
import { stolenSecret } from './forgeries.ts';
import { asks, creates, disables } from './merchant.ts';
import { arrives, ordered } from './ordered.ts';
import type { Scene, Story } from './story.ts';

const story = (name: string, tells: string, ...scenes: Scene[]): Story => ({ name, tells, needs: 'klarna', scenes });

const underReview = [
  creates('review'),
  arrives,
  oneCallback,
  shopper('agrees, and the risk decision is open', 'approve_pending', [
    moved(3, 'COMPLETED', 'in_progress → authorized, final'),
    moved(4, 'PENDING', 'authorized → pending'),
  ]),
];

/** What `npm start` plays. */
export const wholeRoad: Story = story(
  'whole-road',
  'A payment is created, declined and paid, a stranger is turned away, the merchant captures in parts and refunds.',
  creates(),
  arrives,
  shopper('is declined', 'decline', [said(3, 'FAILED', 'in_progress')]),
  shopper('tries again', 'arrive', [said(4, 'IN_PROGRESS', 'in_progress')]),
  stolenSecret,
  oneCallback,
  shopper('agrees', 'approve', [
    moved(5, 'COMPLETED', 'in_progress → authorized, final'),
    moved(6, 'SUCCESS', 'authorized → ordered'),
  ]),
  asks('captures 40.00', { route: 'captures', body: { amount: 4000 }, key: 'first parcel' }, [
    201,
    done(7, 'SUCCESS', 'capture, ordered'),
    moved(8, 'SUCCESS', 'ordered → part_captured'),
  ]),
  asks('asks the same once more', { route: 'captures', body: { amount: 4000 }, key: 'first parcel' }, [201]),
  asks('asks for more than is left', { route: 'captures', body: { amount: 6001 } }, [422]),
  asks('captures the rest', { route: 'captures' }, [
    201,
    done(9, 'SUCCESS', 'capture, part_captured'),
    moved(10, 'SUCCESS', 'part_captured → captured'),
  ]),
  asks('refunds 25.00', { route: 'refunds', body: { amount: 2500 } }, [
    201,
    done(11, 'SUCCESS', 'refund, captured'),
    moved(12, 'SUCCESS', 'captured → part_refunded'),
  ]),
);

/** The three flows, and how they end. */
export const roads: Story[] = [
  wholeRoad,
  story(
    'one-step',
    'Flow capture: Klarna captures as the shopper agrees.',
    creates('capture'),
    arrives,
    oneCallback,
    shopper('agrees', 'approve', [
      moved(3, 'COMPLETED', 'in_progress → authorized, final'),
      moved(4, 'SUCCESS', 'authorized → captured'),
    ]),
  ),
  story(
    'two-steps',
    'Flow authorize: Klarna places the order, the merchant captures all of it.',
    ...ordered,
    asks('captures 100.00', { route: 'captures' }, [
      201,
      done(5, 'SUCCESS', 'capture, ordered'),
      moved(6, 'SUCCESS', 'ordered → captured'),
    ]),
  ),
  story(
    'three-steps',
    'Flow review: the risk decision is open, then accepted, and only then the merchant may capture.',
    ...underReview,
    asks('captures too early', { route: 'captures' }, [409, done(5, 'CAPTURE_NOT_ALLOWED', 'capture, pending')]),
    decides('accept', [moved(6, 'SUCCESS', 'pending → ordered')]),
    asks('captures 100.00', { route: 'captures' }, [
      201,
      done(7, 'SUCCESS', 'capture, ordered'),
      moved(8, 'SUCCESS', 'ordered → captured'),
    ]),
  ),
  story(
    'risk-rejected',
    'Flow review: the risk decision is open, then Klarna rejects the order.',
    ...underReview,
    decides('reject', [moved(5, 'REJECTED', 'pending → rejected')]),
  ),
  story(
    'fraud-stop',
    'Klarna stops an order that it had accepted.',
    ...ordered,
    decides('stop', [moved(5, 'REJECTED', 'ordered → rejected')]),
  ),
  story(
    'left',
    'The shopper closes the window: Klarna says TIMEOUT, which ends nothing; the shopper comes back and pays.',
    creates(),
    arrives,
    oneCallback,
    shopper('closes the window', 'leave', [said(3, 'TIMEOUT', 'in_progress')]),
    shopper('comes back and agrees', 'approve', [
      moved(4, 'COMPLETED', 'in_progress → authorized, final'),
      moved(5, 'SUCCESS', 'authorized → ordered'),
    ]),
  ),
  story(
    'identity-check',
    'Klarna asks the shopper for an identity check, a word that ends nothing, and then the shopper pays.',
    creates(),
    arrives,
    oneCallback,
    shopper('is asked to identify', 'identity_check', [said(3, 'MANUAL_ID_CHECK', 'in_progress')]),
    shopper('returns from it', 'arrive', [said(4, 'IN_PROGRESS', 'in_progress')]),
    shopper('agrees', 'approve', [
      moved(5, 'COMPLETED', 'in_progress → authorized, final'),
      moved(6, 'SUCCESS', 'authorized → ordered'),
    ]),
  ),
  story(
    'disabled-by-the-merchant',
    'The shopper has left, and the merchant closes the session at Klarna.',
    creates(),
    arrives,
    disables([moved(3, 'DISABLED', 'in_progress → disabled, final')]),
  ),
];
