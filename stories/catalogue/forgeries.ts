import { callback, inProgress } from '../scenes/callbacks.ts';
import { forged, forgedWithStolenSecret } from '../scenes/forged-callbacks.ts';
import { type Story, storyForAnyRelay } from '../story.ts';

/** Requests of strangers, which are refused and leave no trace in the payment. */
export const forgeryStories: Story[] = [
  storyForAnyRelay(
    'forged-secret',
    'A made-up URL secret is refused with 401.',
    forged('posts with a made-up secret', (genuine) => genuine.replace(/[^/]+$/, 'A'.repeat(43))),
  ),
  storyForAnyRelay(
    'wrong-kind',
    'A secret of another callback kind gets 401.',
    inProgress,
    forged('posts to the URL of a notification', (genuine) => genuine.replace('status_update', 'notification')),
  ),
  storyForAnyRelay('stolen-secret', 'The secret of another payment gets 401.', inProgress, forgedWithStolenSecret),
  storyForAnyRelay(
    'huge-body',
    'A 100 KB body to a genuine URL gets 413.',
    callback({
      kind: 'status_update',
      action: 'status_update of 100 KB',
      body: () => 'x'.repeat(100_000),
      answer: 413,
    }),
    inProgress,
  ),
];
