import { randomUUID } from 'node:crypto';
import type { CallbackKind } from '../../lambdas/klarna/inbound/callback-url.ts';
import type { ChangeRow } from '../change-row.ts';
import { currentPayment, type Scene, type StoryRun } from '../story.ts';
import { stageChanged } from './expected-changes.ts';

/** A callback that the story itself sends to the relay, for a session that exists at no Klarna. */
export type CallbackScene = {
  kind: CallbackKind;
  action: string;
  body: (run: StoryRun) => string;
  publishes?: ChangeRow[];
  answer?: number;
  /** How often it is delivered, all at once. @default 1 */
  times?: number;
  /** Makes another URL of the genuine one. */
  url?: (genuine: string, run: StoryRun) => string | Promise<string>;
};

/** A 401 is expected by a stranger, every other answer by Klarna. */
export function callback(sent: CallbackScene): Scene {
  const { kind, action, body, publishes = [], answer = 200, times = 1, url = (genuine: string) => genuine } = sent;
  const act = async (run: StoryRun) => {
    const address = await url(await run.target.mint(kind, currentPayment(run)), run);
    const text = body(run);
    return Math.max(...(await Promise.all(Array.from({ length: times }, () => post(address, text)))));
  };
  return { actor: answer === 401 ? 'stranger' : 'Klarna', action, act, answer, publishes };
}

const maxRepeats = 3;

/** Posts as Klarna does, again after a 5xx, and gives the last status. */
async function post(url: string, body: string): Promise<number> {
  for (let repeats = 0; ; repeats++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(10_000),
      ...(body && { body }),
    });
    await response.arrayBuffer();
    if (response.status < 500 || repeats === maxRepeats) return response.status;
  }
}

type StatusUpdate = { status: string; second: number; authorization_token?: string };

/** The body of a `status_update` (Klarna, "Status callbacks"), dated that many seconds after the story began. */
export function playedStatusUpdate(
  { session, startedAt }: StoryRun,
  { status, second, authorization_token }: StatusUpdate,
): string {
  const time = (seconds: number) => new Date(startedAt.getTime() + seconds * 1000).toISOString();
  return JSON.stringify({
    event_id: randomUUID(),
    session: {
      session_id: session,
      status,
      ...(authorization_token && { authorization_token }),
      updated_at: time(second),
      expires_at: time(47 * 3600),
    },
  });
}

export const statusUpdate = (status: string, second: number, publishes: ChangeRow[]): Scene =>
  callback({
    kind: 'status_update',
    action: `status_update: ${status}`,
    body: (run) => playedStatusUpdate(run, { status, second }),
    publishes,
  });

/** The callback that follows when the shopper arrives, as the first one of a payment. */
export const inProgress: Scene = statusUpdate('IN_PROGRESS', 1, [
  stageChanged(1, 'IN_PROGRESS', 'created → in_progress'),
]);

/** COMPLETED with an authorization token, as with `place_order_mode` NONE. */
export const completed = (second: number, publishes: ChangeRow[]): Scene =>
  callback({
    kind: 'status_update',
    action: 'status_update: COMPLETED',
    body: (run) => playedStatusUpdate(run, { status: 'COMPLETED', second, authorization_token: randomUUID() }),
    publishes,
  });

export const authorization = (publishes: ChangeRow[]): Scene =>
  callback({
    kind: 'authorization',
    action: 'authorization: a token',
    body: ({ session }) => JSON.stringify({ authorization_token: randomUUID(), session_id: session }),
    publishes,
  });

/** Publishes nothing: the relay reads the order first. */
export const notification = (event_type: string): Scene =>
  callback({
    kind: 'notification',
    action: `notification: ${event_type}`,
    body: () => JSON.stringify({ order_id: randomUUID(), event_type }),
  });

/** Publishes nothing: the relay reads the order first. */
export const push: Scene = callback({
  kind: 'push',
  action: 'push: an order id in the URL, no body',
  body: () => '',
  url: (genuine, { session }) => genuine.replace('{order.id}', session),
});
