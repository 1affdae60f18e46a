import { randomUUID } from 'node:crypto';
import type { CallbackKind } from '../lambdas/klarna/genuine.ts';

/** One callback of the story: what Klarna sends, and what has to come of it. */
export type Scene = {
  tells: string;
  kind: CallbackKind;
  word: string;
  body: object;
  /** True when it goes to a URL that was minted for another payment. */
  forged?: boolean;
  answer: number;
  /** The changes that it publishes, as `changeCells` writes them. */
  publishes: string[][];
};

/** A shopper pays: declined, tries again, completes. Klarna repeats itself, is late once, and somebody else tries his luck. */
export function shoppersStory(now: Date): Scene[] {
  const session_id = randomUUID();
  const authorization_token = randomUUID();
  const expires_at = ago(now, -47 * 3600);
  const status = (status: string, secondsAgo: number, more: object = {}) => ({
    event_id: randomUUID(),
    session: { session_id, status, updated_at: ago(now, secondsAgo), expires_at, ...more },
  });
  const declined = status('FAILED', 60);
  const scene = (tells: string, body: ReturnType<typeof status>, publishes: string[][]): Scene => ({
    tells,
    kind: 'status_update',
    word: body.session.status,
    body,
    answer: 200,
    publishes,
  });
  return [
    scene('the shopper arrives', status('IN_PROGRESS', 90), [
      ['Payment Stage Changed', '#1', 'IN_PROGRESS', 'WAITING/SUCCEEDED', 'created → in_progress'],
    ]),
    scene('is declined', declined, [['Payment Status Changed', '#2', 'FAILED', 'ERROR/FAILED', 'in_progress']]),
    scene('the same once more', declined, []),
    scene('tries again', status('IN_PROGRESS', 40), [
      ['Payment Status Changed', '#3', 'IN_PROGRESS', 'WAITING/SUCCEEDED', 'in_progress'],
    ]),
    { ...scene('forged', status('CANCELLED', 30), []), forged: true, answer: 401 },
    scene('completes', status('COMPLETED', 10, { authorization_token }), [
      ['Payment Stage Changed', '#4', 'COMPLETED', 'SUCCESS/SUCCEEDED', 'in_progress → authorized, final'],
    ]),
    scene('a late one, overtaken', status('BACK', 50), []),
    {
      tells: 'the same authorization, as KP tells it',
      kind: 'authorization',
      word: '',
      body: { authorization_token, session_id: randomUUID() },
      answer: 200,
      publishes: [],
    },
  ];
}

const ago = (now: Date, seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();
