import { authorization, completed, inProgress, statusUpdate } from '../scenes/callbacks.ts';
import { stageChanged, statusChanged } from '../scenes/expected-changes.ts';
import { type Story, storyForAnyRelay } from '../story.ts';

/** The number is both the second of the callback and the sequence of its change. */
const meanwhile = (number: number, status: string) =>
  statusUpdate(status, number, [statusChanged(number, status, 'in_progress')]);
const paid = (number: number) =>
  completed(number, [stageChanged(number, 'COMPLETED', 'in_progress → authorized, final')]);

/** How a session goes, as callbacks report it. */
export const sessionStories: Story[] = [
  storyForAnyRelay('approved', "The shopper arrives on Klarna's page and pays.", inProgress, paid(2)),
  storyForAnyRelay('declined', 'Klarna declines; the shopper does not try again.', inProgress, meanwhile(2, 'FAILED')),
  storyForAnyRelay(
    'declined-then-approved',
    'Klarna declines; the shopper tries again and pays.',
    inProgress,
    meanwhile(2, 'FAILED'),
    meanwhile(3, 'IN_PROGRESS'),
    paid(4),
  ),
  storyForAnyRelay(
    'back-then-approved',
    'The shopper goes back to the shop, returns and pays.',
    inProgress,
    meanwhile(2, 'BACK'),
    meanwhile(3, 'IN_PROGRESS'),
    paid(4),
  ),
  storyForAnyRelay(
    'error-then-approved',
    "Klarna's page fails; the shopper tries again, pays.",
    inProgress,
    meanwhile(2, 'ERROR'),
    meanwhile(3, 'IN_PROGRESS'),
    paid(4),
  ),
  storyForAnyRelay(
    'cancelled',
    "The shopper cancels on Klarna's page.",
    inProgress,
    statusUpdate('CANCELLED', 2, [stageChanged(2, 'CANCELLED', 'in_progress → cancelled, final')]),
  ),
  storyForAnyRelay(
    'disabled',
    'The merchant disables the session during checkout.',
    inProgress,
    statusUpdate('DISABLED', 2, [stageChanged(2, 'DISABLED', 'in_progress → disabled, final')]),
  ),
  storyForAnyRelay(
    'unknown-word',
    'An unknown status is published and ends nothing.',
    inProgress,
    statusUpdate('TOMORROWS_WORD', 2, [statusChanged(2, 'TOMORROWS_WORD', 'in_progress')]),
  ),
  storyForAnyRelay(
    'authorization-first',
    'The authorization arrives before COMPLETED.',
    authorization([stageChanged(1, 'COMPLETED', 'created → authorized')]),
    completed(2, [statusChanged(2, 'COMPLETED', 'authorized, final')]),
    statusUpdate('IN_PROGRESS', 1, []),
  ),
  storyForAnyRelay(
    'two-authorizations',
    'Two authorizations in one session make one change.',
    authorization([stageChanged(1, 'COMPLETED', 'created → authorized')]),
    authorization([]),
    completed(3, [statusChanged(2, 'COMPLETED', 'authorized, final')]),
  ),
];
