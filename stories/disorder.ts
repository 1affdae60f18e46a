import { moved, said } from './cells.ts';
import { authorizes, callback, completes, notifies, says, statusUpdate } from './klarna.ts';
import type { Scene, Stage, Story } from './story.ts';

const began = moved(1, 'IN_PROGRESS', 'created → in_progress');
const arrives = says('IN_PROGRESS', 1, [began]);
const paidAtOnce = moved(1, 'COMPLETED', 'created → authorized, final');

const story = (name: string, tells: string, ...scenes: Scene[]): Story => ({ name, tells, needs: 'nothing', scenes });

/** One completion, delivered so many times at once. */
const completesTimes = (times: number, publishes: string[][]): Scene => {
  const body = (stage: Stage) =>
    statusUpdate(stage, { word: 'COMPLETED', second: 5, authorization_token: stage.session });
  return callback({
    kind: 'status_update',
    tells: `status_update: COMPLETED, ${times} times at once`,
    body,
    times,
    publishes,
  });
};

const plain = (tells: string, body: string): Scene => callback({ kind: 'status_update', tells, body: () => body });

const pushes: Scene = callback({
  kind: 'push',
  tells: 'push: an order id in its URL, no body',
  body: () => '',
  url: (genuine, { session }) => genuine.replace('{order.id}', session),
});

/** How callbacks come when nothing goes as it should: repeated, late, empty, in another order. */
export const disorder: Story[] = [
  story(
    'duplicate-delivery',
    'One completion is delivered twice: one change.',
    arrives,
    completesTimes(2, [moved(2, 'COMPLETED', 'in_progress → authorized, final')]),
  ),
  story('ten-at-once', 'One completion is delivered ten times at once: one change.', completesTimes(10, [paidAtOnce])),
  story(
    'out-of-order',
    'A decline overtakes the arrival before it: the arrival is late and publishes nothing.',
    says('FAILED', 2, [moved(1, 'FAILED', 'created → in_progress')]),
    says('IN_PROGRESS', 1, []),
    says('IN_PROGRESS', 3, [said(2, 'IN_PROGRESS', 'in_progress')]),
  ),
  story(
    'late',
    'The completion arrives first; what went before it comes too late to be heard of.',
    completes(5, [paidAtOnce]),
    says('FAILED', 3, []),
    says('IN_PROGRESS', 1, []),
  ),
  story(
    'conflicting-end',
    'A completion contradicts the cancellation before it: it is kept, alarmed and never applied.',
    says('CANCELLED', 2, [moved(1, 'CANCELLED', 'created → cancelled, final')]),
    completes(3, []),
  ),
  story(
    'empty-body',
    'Nothing but a callback without a body: it is answered, and the session will be read.',
    plain('status_update: empty', ''),
  ),
  story(
    'empty-repeat',
    'Klarna repeats a completion without its body: the session is read, and nothing more is published.',
    arrives,
    completes(2, [moved(2, 'COMPLETED', 'in_progress → authorized, final')]),
    plain('status_update: empty', ''),
  ),
  story(
    'garbage-body',
    'A body that is no JSON is taken like an empty one, and what follows is heard.',
    plain('status_update: status=COMPLETED', 'status=COMPLETED'),
    plain('status_update: half a body', '{"session":{"status":"COMP'),
    authorizes([moved(1, 'COMPLETED', 'created → authorized')]),
  ),
  story('push', 'Klarna pushes an order: its id stands in the URL, and the order will be read.', pushes),
  story(
    'notification-accepted',
    'The risk decision is told: nothing moves until the order has been read.',
    notifies('FRAUD_RISK_ACCEPTED'),
  ),
  story(
    'notification-rejected',
    'A rejection is told: nothing moves until the order has been read.',
    notifies('FRAUD_RISK_REJECTED'),
  ),
  story(
    'notification-stopped',
    'A fraud stop is told: nothing moves until the order has been read.',
    notifies('FRAUD_RISK_STOPPED'),
  ),
];
