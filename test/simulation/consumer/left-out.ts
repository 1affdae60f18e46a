import { changeKey, type NumberedChange, type paymentLives } from '../payment-lives.ts';
import type { Surroundings } from '../relay/surroundings.ts';
import type { BrokenPromise } from '../transcript.ts';
import type { Replay } from './replays.ts';

type Missing = NumberedChange & { id: string };

type Published = { surroundings: Surroundings; lives: ReturnType<typeof paymentLives> };

/** The changes that were learned before that moment and had not been published then. */
export function unpublishedAt({ surroundings, lives }: Published, moment: number): Missing[] {
  const events = surroundings.bus.events.filter(({ at }) => at < moment);
  const published = new Set(events.map(({ entry }) => changeKey(JSON.parse(entry.Detail ?? '{}'))));
  return lives
    .lives()
    .filter(({ endedBy }) => endedBy === undefined)
    .flatMap(({ payment }) => payment.changes)
    .filter((change) => Date.parse(change.observedAt) < moment && !published.has(changeKey(change)));
}

/** The broken promise where a replay since that moment left the change out. */
export function notIncluded({ id, paymentId, sequence }: Missing, { starts }: Replay, since: number): BrokenPromise[] {
  const start = starts.find(({ payment }) => payment === paymentId);
  if (start && start.from <= sequence) return [];
  const text = `${id} was unpublished at ${new Date(since).toISOString()}, and a replay since then leaves it out`;
  return [{ promise: 'a replay since a moment includes what was unpublished then', payment: paymentId, text }];
}
