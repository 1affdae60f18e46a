import type { MemoryItem } from './aws/dynamodb.ts';
import type { VirtualClock } from './deterministic/clock.ts';

type Sources = {
  /** Klarna's authorization that was granted last. */
  newestToken: () => { expires_at: string } | undefined;
};

/** Notes about every save of a payment, for promises that depend on more than the end of a run. */
export function saveHistory({ now }: VirtualClock, { newestToken }: Sources) {
  const saves: { id: string; at: number; due: number }[] = [];
  /** Of each payment, when its first token was saved and when that token expires. */
  const firstTokens = new Map<string, { savedAt: number; expiresAt: number }>();
  const add = (item: MemoryItem | undefined) => {
    const id = item?.id?.S ?? '';
    saves.push({ id, at: now(), due: Date.parse(item?.dueAt?.S ?? '') });
    if (!holdsToken(item) || firstTokens.has(id)) return;
    firstTokens.set(id, { savedAt: now(), expiresAt: Date.parse(newestToken()?.expires_at ?? '') });
  };
  return {
    add,
    firstTokens,
    /** When the next task of a payment was due, as it was stored at that moment. Not a number where there was none. */
    dueAt: (payment: string, moment: number): number =>
      saves.findLast(({ id, at }) => id === payment && at <= moment)?.due ?? Number.NaN,
  };
}

const holdsToken = (item: MemoryItem | undefined) =>
  item?.facts?.M?.authorizations?.L?.some(({ M }) => M?.sealed) ?? false;
