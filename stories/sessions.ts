import { moved, said } from './cells.ts';
import { authorizes, completes, says } from './klarna.ts';
import type { Scene, Story } from './story.ts';

const arrives = says('IN_PROGRESS', 1, [moved(1, 'IN_PROGRESS', 'created → in_progress')]);
const between = (number: number, word: string) => says(word, number, [said(number, word, 'in_progress')]);
const paid = (number: number) => completes(number, [moved(number, 'COMPLETED', 'in_progress → authorized, final')]);

const story = (name: string, tells: string, ...scenes: Scene[]): Story => ({ name, tells, needs: 'nothing', scenes });

/** What becomes of a session, as Klarna's callbacks tell it. */
export const sessions: Story[] = [
  story('approved', 'The shopper arrives and pays.', arrives, paid(2)),
  story('declined', 'The shopper is declined and tries no second time.', arrives, between(2, 'FAILED')),
  story(
    'declined-then-approved',
    'The shopper is declined, tries again and pays.',
    arrives,
    between(2, 'FAILED'),
    between(3, 'IN_PROGRESS'),
    paid(4),
  ),
  story(
    'back-then-approved',
    'The shopper goes back to the shop, returns and pays.',
    arrives,
    between(2, 'BACK'),
    between(3, 'IN_PROGRESS'),
    paid(4),
  ),
  story(
    'error-then-approved',
    "Klarna's page fails for a technical reason; the shopper tries again and pays.",
    arrives,
    between(2, 'ERROR'),
    between(3, 'IN_PROGRESS'),
    paid(4),
  ),
  story(
    'cancelled',
    'The shopper cancels on the page of Klarna, for good.',
    arrives,
    says('CANCELLED', 2, [moved(2, 'CANCELLED', 'in_progress → cancelled, final')]),
  ),
  story(
    'disabled',
    'The merchant closes the session while the shopper is on the page.',
    arrives,
    says('DISABLED', 2, [moved(2, 'DISABLED', 'in_progress → disabled, final')]),
  ),
  story(
    'unknown-word',
    'Klarna says a word that nobody knows yet: it is published as it came and ends nothing, and the session is read.',
    arrives,
    says('TOMORROWS_WORD', 2, [said(2, 'TOMORROWS_WORD', 'in_progress')]),
  ),
  story(
    'authorization-first',
    'The authorization callback overtakes the session: it is believed, and the end of the session follows.',
    authorizes([moved(1, 'COMPLETED', 'created → authorized')]),
    completes(2, [said(2, 'COMPLETED', 'authorized, final')]),
    says('IN_PROGRESS', 1, []),
  ),
  story(
    'two-authorizations',
    'The shopper is authorized twice in one session: one change, and the newer token takes the place of the older.',
    authorizes([moved(1, 'COMPLETED', 'created → authorized')]),
    authorizes([]),
    completes(3, [said(2, 'COMPLETED', 'authorized, final')]),
  ),
];
