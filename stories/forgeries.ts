import { moved } from './cells.ts';
import { type Callback, callback, says, statusUpdate } from './klarna.ts';
import type { Scene, Story } from './story.ts';

const arrives = says('IN_PROGRESS', 1, [moved(1, 'IN_PROGRESS', 'created → in_progress')]);

const story = (name: string, tells: string, ...scenes: Scene[]): Story => ({ name, tells, needs: 'nothing', scenes });

const forged = (tells: string, url: Callback['url']): Scene =>
  callback({
    kind: 'status_update',
    tells,
    body: (stage) => statusUpdate(stage, { word: 'CANCELLED', second: 2 }),
    answer: 401,
    ...(url && { url }),
  });

/** A callback to this payment, under the secret of another one. */
export const stolenSecret = forged('forges a callback: cancelled', async (genuine, { target }) => {
  const other = await target.mint('status_update', 'another-payment');
  return genuine.replace(/[^/]+$/, other.split('/').at(-1) ?? '');
});

/** What strangers try: each is refused, and the payment goes on as if it had never been. */
export const forgeries: Story[] = [
  story(
    'forged-secret',
    'A stranger makes up the secret of the URL: 401, and nothing is published.',
    forged('posts with a made-up secret', (genuine) => genuine.replace(/[^/]+$/, 'A'.repeat(43))),
  ),
  story(
    'wrong-kind',
    'A stranger uses the URL of one kind of callback for another: 401, and nothing is published.',
    arrives,
    forged('posts to the URL of a notification', (genuine) => genuine.replace('status_update', 'notification')),
  ),
  story(
    'stolen-secret',
    'A stranger uses the secret of another payment: 401, and nothing is published.',
    arrives,
    stolenSecret,
  ),
  story(
    'huge-body',
    'A body of 100 KB under a genuine URL is refused with 413, and what follows is heard.',
    callback({ kind: 'status_update', tells: 'status_update of 100 KB', body: () => 'x'.repeat(100_000), answer: 413 }),
    arrives,
  ),
];
