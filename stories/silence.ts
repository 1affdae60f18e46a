import { moved, said, warned } from './cells.ts';
import { misbehaves, oneCallback, passes, shopper } from './emulated.ts';
import { creates } from './merchant.ts';
import { agrees, arrives, ordered } from './ordered.ts';
import type { Scene, Story } from './story.ts';

const story = (name: string, tells: string, ...scenes: Scene[]): Story => ({ name, tells, needs: 'klarna', scenes });

/** What the relay learns although Klarna's callbacks do not tell it. */
export const silence: Story[] = [
  story(
    'callbacks-doubled',
    'Klarna sends every callback twice: subscribers hear each change once.',
    creates(),
    misbehaves('will send every callback twice', 'double'),
    oneCallback,
    arrives,
    agrees,
  ),
  story(
    'callbacks-emptied',
    'Klarna sends its callbacks without a body: each makes the relay look, and it reads what they would have told.',
    creates(),
    misbehaves('will send callbacks without a body', 'empty'),
    oneCallback,
    arrives,
    agrees,
  ),
  {
    ...story(
      'callbacks-lost',
      'Not one callback arrives: the relay reads the session and learns the same.',
      creates(),
      misbehaves('will lose every callback', 'lose'),
      shopper('is declined, and nobody hears of it', 'decline', []),
      passes('three minutes pass', 0.05, [moved(2, 'FAILED', 'created → in_progress')]),
      shopper('agrees, and nobody hears of it', 'approve', []),
      passes('ten minutes pass', 0.17, [
        moved(3, 'COMPLETED', 'in_progress → authorized, final'),
        moved(4, 'SUCCESS', 'authorized → ordered'),
      ]),
    ),
    needs: 'clock',
  },
  {
    ...story(
      'expired',
      'Nobody comes: the session is read until it has run out, and then the payment has.',
      creates(),
      passes('three minutes pass', 0.05, [said(2, 'WAITING', 'created')]),
      passes('two days pass', 48, [moved(3, 'NOT_FOUND', 'created → expired, final')]),
    ),
    needs: 'clock',
  },
  {
    ...story(
      'order-runs-out',
      'The order is never captured: somebody is warned, its authorization runs out at Klarna, and that is learned.',
      ...ordered,
      passes('26 days pass', 26 * 24, [warned(5, 'capture_deadline', 'ordered')]),
      passes('three days pass', 3 * 24, [moved(6, 'EXPIRED', 'ordered → expired')]),
    ),
    needs: 'clock',
  },
];
