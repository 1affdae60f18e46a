import type { ChangeRow } from '../change-row.ts';
import {
  authorization,
  callback,
  completed,
  inProgress,
  notification,
  playedStatusUpdate,
  push,
  statusUpdate,
} from '../scenes/callbacks.ts';
import { stageChanged, statusChanged } from '../scenes/expected-changes.ts';
import { type Scene, type Story, storyForAnyRelay } from '../story.ts';

const paidAtOnce = stageChanged(1, 'COMPLETED', 'created → authorized, final');
const paidNext = stageChanged(2, 'COMPLETED', 'in_progress → authorized, final');

const completedTimes = (times: number, publishes: ChangeRow[]): Scene =>
  callback({
    kind: 'status_update',
    action: `status_update: COMPLETED, ${times} times at once`,
    body: (run) => playedStatusUpdate(run, { status: 'COMPLETED', second: 5, authorization_token: run.session }),
    times,
    publishes,
  });

const rawBody = (action: string, body: string): Scene =>
  callback({ kind: 'status_update', action: `status_update: ${action}`, body: () => body });

/** Callbacks that are repeated, late, empty, unreadable or in another order. */
export const disorderStories: Story[] = [
  storyForAnyRelay(
    'duplicate-delivery',
    'COMPLETED is delivered twice and published once.',
    inProgress,
    completedTimes(2, [paidNext]),
  ),
  storyForAnyRelay('ten-at-once', 'Ten COMPLETED callbacks at once make one change.', completedTimes(10, [paidAtOnce])),
  storyForAnyRelay(
    'out-of-order',
    'An IN_PROGRESS after the later FAILED is ignored.',
    statusUpdate('FAILED', 2, [stageChanged(1, 'FAILED', 'created → in_progress')]),
    statusUpdate('IN_PROGRESS', 1, []),
    statusUpdate('IN_PROGRESS', 3, [statusChanged(2, 'IN_PROGRESS', 'in_progress')]),
  ),
  storyForAnyRelay(
    'late',
    'Callbacks older than COMPLETED publish nothing.',
    completed(5, [paidAtOnce]),
    statusUpdate('FAILED', 3, []),
    statusUpdate('IN_PROGRESS', 1, []),
  ),
  storyForAnyRelay(
    'conflicting-end',
    'COMPLETED after CANCELLED is kept as a conflict.',
    statusUpdate('CANCELLED', 2, [stageChanged(1, 'CANCELLED', 'created → cancelled, final')]),
    completed(3, []),
  ),
  storyForAnyRelay('empty-body', 'After an empty body the relay reads the session.', rawBody('empty', '')),
  storyForAnyRelay(
    'empty-repeat',
    'An empty repeat of COMPLETED publishes nothing more.',
    inProgress,
    completed(2, [paidNext]),
    rawBody('empty', ''),
  ),
  storyForAnyRelay(
    'garbage-body',
    'A body that is not JSON is treated as an empty one.',
    rawBody('status=COMPLETED', 'status=COMPLETED'),
    rawBody('half a body', '{"session":{"status":"COMP'),
    authorization([stageChanged(1, 'COMPLETED', 'created → authorized')]),
  ),
  storyForAnyRelay('push', 'A push names an order, which the relay reads.', push),
  storyForAnyRelay(
    'notification-accepted',
    'After a risk acceptance the relay reads the order.',
    notification('FRAUD_RISK_ACCEPTED'),
  ),
  storyForAnyRelay(
    'notification-rejected',
    'After a risk rejection the relay reads the order.',
    notification('FRAUD_RISK_REJECTED'),
  ),
  storyForAnyRelay(
    'notification-stopped',
    'After a fraud stop the relay reads the order.',
    notification('FRAUD_RISK_STOPPED'),
  ),
];
