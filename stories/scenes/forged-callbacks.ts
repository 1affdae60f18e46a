import type { Scene } from '../story.ts';
import { type CallbackScene, callback, playedStatusUpdate } from './callbacks.ts';

/** A stranger reports a cancellation to a URL that is not genuine. */
export const forged = (action: string, url: NonNullable<CallbackScene['url']>): Scene =>
  callback({
    kind: 'status_update',
    action,
    body: (run) => playedStatusUpdate(run, { status: 'CANCELLED', second: 2 }),
    answer: 401,
    url,
  });

export const forgedWithStolenSecret = forged('forges a callback: cancelled', async (genuine, { target }) => {
  const other = await target.mint('status_update', 'another-payment');
  return genuine.replace(/[^/]+$/, other.split('/').at(-1) ?? '');
});
